/// A JSON value of any form, as golden files hold their header and their cases' options.
public enum JSONValue: Sendable, Hashable, Decodable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  public var asBool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// Nil for a number with a fraction.
  public var asInt: Int? {
    switch self {
    case .int(let value): value
    case .double(let value): Int(exactly: value)
    default: nil
    }
  }

  public var asDouble: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  public var asString: String? {
    if case .string(let value) = self { value } else { nil }
  }

  public var asArray: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  public var asObject: [String: JSONValue]? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The numbers of an array; nil where one of them is not a whole number.
  public var asInts: [Int]? {
    guard let values = asArray else { return nil }
    let ints = values.compactMap(\.asInt)
    return ints.count == values.count ? ints : nil
  }

  /// The numbers of an array; nil where one of them is no number.
  public var asDoubles: [Double]? {
    guard let values = asArray else { return nil }
    let doubles = values.compactMap(\.asDouble)
    return doubles.count == values.count ? doubles : nil
  }
}
