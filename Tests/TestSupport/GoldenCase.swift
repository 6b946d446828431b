import Myelin
import Testing

/// One comparison with an oracle: what is computed, with which options, on which tensors.
public struct GoldenCase: Sendable, CustomTestStringConvertible {
  /// Unlike every other of its file.
  public let name: String
  /// What is computed: a layer, a loss, an optimizer.
  public let kind: String
  public let options: [String: JSONValue]
  /// The tensors by their roles, for example `input` and `gradient.weight`.
  public let tensors: [String: GoldenTensor]

  public var testDescription: String { name }

  /// Whether the case has this option.
  public func has(_ option: String) -> Bool { options[option] != nil }

  public func bool(_ option: String) throws -> Bool {
    try value(option, "a truth value", \.asBool)
  }

  public func int(_ option: String) throws -> Int {
    try value(option, "a whole number", \.asInt)
  }

  public func double(_ option: String) throws -> Double {
    try value(option, "a number", \.asDouble)
  }

  /// The option as a number, `missing` where the case does not have it.
  public func double(_ option: String, or missing: Double) throws -> Double {
    has(option) ? try double(option) : missing
  }

  public func bool(_ option: String, or missing: Bool) throws -> Bool {
    has(option) ? try bool(option) : missing
  }

  public func string(_ option: String) throws -> String {
    try value(option, "a text", \.asString)
  }

  public func ints(_ option: String) throws -> [Int] {
    try value(option, "whole numbers", \.asInts)
  }

  public func doubles(_ option: String) throws -> [Double] {
    try value(option, "numbers", \.asDoubles)
  }

  private func value<Value>(
    _ option: String, _ expected: String, _ convert: (JSONValue) -> Value?
  ) throws -> Value {
    guard let found = options[option] else {
      throw GoldenError("\(name): there is no option \(option), only \(options.keys.sorted())")
    }
    guard let value = convert(found) else {
      throw GoldenError("\(name): option \(option) should be \(expected), not \(found)")
    }
    return value
  }

  /// The shape of the tensor with this role.
  public func shape(_ role: String) throws -> Shape { try stored(role).shape }

  /// The elements, row-major, of the float32 tensor with this role.
  public func floats(_ role: String) throws -> [Float] {
    guard case .float32(let values) = try stored(role).elements else {
      throw GoldenError("\(name): \(role) is int64, not float32")
    }
    return values
  }

  /// The elements, row-major, of the int64 tensor with this role.
  public func int64s(_ role: String) throws -> [Int64] {
    guard case .int64(let values) = try stored(role).elements else {
      throw GoldenError("\(name): \(role) is float32, not int64")
    }
    return values
  }

  /// The tensor with this role, float32 or int64.
  public func tensor(_ role: String) throws -> Tensor {
    let stored = try stored(role)
    switch stored.elements {
    case .float32(let values): return Tensor(values, shape: stored.shape)
    case .int64(let values): return Tensor(values, shape: stored.shape)
    }
  }

  /// The tensor with this role where there is one.
  public func optionalTensor(_ role: String) throws -> Tensor? {
    tensors[role] == nil ? nil : try tensor(role)
  }

  /// Expects `actual` to have the shape and, nearly, the elements of the tensor with this role.
  public func expect(
    _ actual: Tensor, isCloseTo role: String, absolute: Double = 1e-6, relative: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try stored(role)
    guard actual.shape == expected.shape else {
      Issue.record(
        "\(name): \(role) has shape \(actual.shape), where \(expected.shape) is expected",
        sourceLocation: sourceLocation)
      return
    }
    expectClose(
      actual: actual.scalars(as: Float.self), expected: try floats(role), shape: expected.shape,
      absolute: absolute, relative: relative, "\(name): \(role)", sourceLocation: sourceLocation)
  }

  /// The names behind `prefix` among the roles, sorted: `names(of: "gradient")` of
  /// `gradient.bias` and `gradient.weight` is `["bias", "weight"]`.
  public func names(of prefix: String) -> [String] {
    tensors.keys.filter { $0.hasPrefix(prefix + ".") }
      .map { String($0.dropFirst(prefix.count + 1)) }.sorted()
  }

  private func stored(_ role: String) throws -> GoldenTensor {
    guard let tensor = tensors[role] else {
      throw GoldenError("\(name): no tensor is \(role), only \(tensors.keys.sorted())")
    }
    return tensor
  }
}
