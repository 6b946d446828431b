extension Table: Dataset {
  /// A value of a row.
  public enum Value: Sendable, Hashable {
    case number(Double)
    case word(String)
    case missing
  }

  /// The rows.
  public var count: Int { rowCount }

  /// The values of a row, in the order of the columns.
  public func example(at place: Int) -> [Value] {
    columns.map { column in
      switch column.values {
      case .numbers(let numbers): numbers[place].map(Value.number) ?? .missing
      case .categories(let words), .texts(let words): words[place].map(Value.word) ?? .missing
      }
    }
  }
}
