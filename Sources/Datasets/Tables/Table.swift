import Arrays

/// Columns of equal length, as a CSV file holds them.
///
/// ```swift
/// let table = try Table(contentsOf: "houses.csv")
/// for column in table.columns { print(column.name, column.kind, column.missingCount) }
/// let prices = try table.numbers("price")
/// ```
/// As a data set its examples are its rows.
public struct Table: Sendable, Hashable {
  /// What the values of a column are.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Numbers.
    case number
    /// Words of which few are different, as names of classes.
    case category
    /// Any other words.
    case text
  }

  /// The values of a column, from the first row to the last; nil where one is missing.
  public enum Values: Sendable, Hashable {
    case numbers([Double?])
    case categories([String?])
    case texts([String?])
  }

  /// A column.
  public struct Column: Sendable, Hashable {
    /// What the header calls it; without a header its number from 1.
    public let name: String
    /// From the first row to the last.
    public let values: Values

    public init(name: String, values: Values) {
      self.name = name
      self.values = values
    }
  }

  /// From left to right; their names differ.
  public let columns: [Column]
  /// How many rows there are.
  public let rowCount: Int
  /// The path or the name of the file that the table was read from.
  public let source: String
  private let places: [String: Int]

  /// A table of columns; stops when they are not equally long, or two have the same name. `source`
  /// stands for a file in errors.
  public init(_ columns: [Column], source: String = "table") {
    let rowCount = columns.first?.count ?? 0
    var places: [String: Int] = [:]
    for (place, column) in columns.enumerated() {
      if column.count != rowCount {
        stop("Table: column \(column.name) has \(column.count) values, the first \(rowCount)")
      }
      if places.updateValue(place, forKey: column.name) != nil {
        stop("Table: two columns have the name \(column.name)")
      }
    }
    self.columns = columns
    self.rowCount = rowCount
    self.source = source
    self.places = places
  }

  /// The names of the columns, from left to right.
  public var columnNames: [String] { columns.map(\.name) }

  /// The column of this name; nil where there is none.
  public subscript(name: String) -> Column? { places[name].map { columns[$0] } }

  /// The column of this name.
  ///
  /// - Throws: `DatasetError` when there is none.
  public func column(_ name: String) throws(DatasetError) -> Column {
    if let column = self[name] { return column }
    throw DatasetError(
      .missingColumn, file: source, found: name,
      expected: "one of " + columnNames.prefix(50).joined(separator: ", "))
  }

  /// The numbers of the column of this name.
  ///
  /// - Throws: `DatasetError` when there is none, or it holds no numbers.
  public func numbers(_ name: String) throws(DatasetError) -> [Double?] {
    let column = try column(name)
    if case .numbers(let numbers) = column.values { return numbers }
    throw DatasetError(
      .wrongElementType, file: source, found: "the \(column.kind.rawValue) column \(name)",
      expected: "a column of numbers")
  }

  /// The columns of these names, in this order.
  ///
  /// - Throws: `DatasetError` when there is no such column, or a name stands twice.
  public func selecting(columns names: [String]) throws(DatasetError) -> Table {
    var selected: [Column] = []
    var known: Set<String> = []
    for name in names {
      guard known.insert(name).inserted else {
        throw DatasetError(
          .duplicateColumn, file: source, found: "\(name) twice", expected: "each column once")
      }
      selected.append(try column(name))
    }
    return Table(selected, source: source)
  }

  /// These rows, in this order; a place may occur more than once.
  public func selecting(rows: [Int]) -> Table {
    Table(columns.map { $0.selecting(rows) }, source: source)
  }
}

extension Table.Column {
  /// What the values are.
  public var kind: Table.Kind {
    switch values {
    case .numbers: .number
    case .categories: .category
    case .texts: .text
    }
  }

  /// How many values there are, the missing ones included.
  public var count: Int {
    switch values {
    case .numbers(let numbers): numbers.count
    case .categories(let words), .texts(let words): words.count
    }
  }

  /// How many values are missing.
  public var missingCount: Int {
    switch values {
    case .numbers(let numbers): numbers.count { $0 == nil }
    case .categories(let words), .texts(let words): words.count { $0 == nil }
    }
  }

  /// The values as words, whatever their kind: whole numbers below 10¹⁵ without a point, as labels
  /// are written.
  public var words: [String?] {
    switch values {
    case .categories(let words), .texts(let words): words
    case .numbers(let numbers): numbers.map { $0.map(Table.Column.word) }
    }
  }

  /// The different words, sorted by code points; missing ones do not count. Numbers are sorted by
  /// their values.
  public var distinctWords: [String] {
    if case .numbers(let numbers) = values {
      return Set(numbers.compactMap(\.self)).sorted().map(Table.Column.word)
    }
    return Set(words.compactMap(\.self)).sorted(by: isBeforeByCodePoints)
  }

  static func word(_ number: Double) -> String {
    number.magnitude < 1e15 ? Int64(exactly: number).map { "\($0)" } ?? "\(number)" : "\(number)"
  }

  func selecting(_ rows: [Int]) -> Table.Column {
    let selected: Table.Values =
      switch values {
      case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
      case .categories(let words): .categories(rows.map { words[$0] })
      case .texts(let words): .texts(rows.map { words[$0] })
      }
    return Table.Column(name: name, values: selected)
  }
}
