import Arrays

/// How a state dictionary fits a model: which names were loaded, and what does not fit.
public struct StateReport: Sendable, Hashable {
  /// A tensor that is not what the model has under its name.
  public struct Difference: Sendable, Hashable {
    /// The name in the model.
    public let name: String
    /// The shape or the element type that was found.
    public let found: String
    /// The one that the model has.
    public let expected: String
  }

  /// Names of the model that took a tensor.
  public internal(set) var loaded: [String] = []
  /// Names of the model for which there is no tensor.
  public internal(set) var missing: [String] = []
  /// Names of the dictionary that the model does not have, as they are before renaming.
  public internal(set) var unexpected: [String] = []
  /// Tensors of another shape.
  public internal(set) var misshaped: [Difference] = []
  /// Tensors of another element type, where none is converted.
  public internal(set) var mistyped: [Difference] = []
  /// Names of the dictionary that renaming makes the same, beyond the first.
  public internal(set) var conflicting: [String] = []
  /// Random streams of the model that the dictionary does not have, and that stay as they are.
  public internal(set) var keptRandomStates: [String] = []

  /// The name that was probably meant by a missing one, or by an unexpected one.
  public func suggestion(for name: String) -> String? {
    Name.nearest(to: name, among: unexpected.contains(name) ? missing : unexpected)
  }

  /// Whether the dictionary may be loaded. What is missing or unexpected does not count unless
  /// `strict`; the rest always does.
  public func fits(strict: Bool) -> Bool {
    misshaped.isEmpty && mistyped.isEmpty && conflicting.isEmpty
      && (!strict || missing.isEmpty && unexpected.isEmpty)
  }
}

extension StateReport: CustomStringConvertible {
  /// A line for each name that does not fit, ten of each kind; else how many were loaded.
  public var description: String {
    var lines: [String] = []
    func list<Item>(_ items: [Item], _ line: (Item) -> String) {
      lines += items.prefix(10).map(line)
      if items.count > 10 { lines.append("  and \(items.count - 10) more like it") }
    }
    func hint(_ name: String) -> String {
      suggestion(for: name).map { " (nearest: \(Name.shown($0)))" } ?? ""
    }
    list(missing) { "missing \(Name.shown($0))\(hint($0))" }
    list(unexpected) { "unexpected \(Name.shown($0))\(hint($0))" }
    list(misshaped) { "\(Name.shown($0.name)) has shape \($0.found), expected \($0.expected)" }
    list(mistyped) { "\(Name.shown($0.name)) is \($0.found), expected \($0.expected)" }
    list(conflicting) { "\(Name.shown($0)) is renamed as another one is" }
    return lines.isEmpty ? "\(loaded.count) tensors fit" : lines.joined(separator: "\n")
  }
}

/// A state dictionary does not fit a model, which has stayed as it was.
public struct StateMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's path, or `state dictionary`.
  public let source: String
  /// What does not fit.
  public let report: StateReport

  public var description: String { "\(source) does not fit the model:\n\(report)" }
}

/// Why a model could not be loaded from a file. The model has stayed as it was.
public enum LoadError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be read.
  case file(InterchangeError)
  /// It holds the state of another model.
  case mismatch(StateMismatch)

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .mismatch(let error): error.description
    }
  }
}
