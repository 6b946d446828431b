/// Something that a person should know before or during training: what, where, the figure that
/// shows it, and what to do about it.
public struct Finding: Codable, Sendable, Hashable {
  /// How much it matters.
  public enum Severity: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
    /// Good to know.
    case note
    /// Training works, but probably worse than it could.
    case warning
    /// Training cannot work, or what it gives is worth nothing.
    case error

    public static func < (a: Severity, b: Severity) -> Bool {
      guard let first = allCases.firstIndex(of: a), let second = allCases.firstIndex(of: b)
      else { return false }
      return first < second
    }
  }

  /// What was found.
  public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
    case nonFiniteData = "non-finite data"
    case notNormalized = "inputs not normalized"
    case constantInputs = "inputs all alike"
    case labelOutOfRange = "label out of range"
    case labelsAlike = "labels all alike"
    case missingClass = "class without examples"
    case unbalancedClasses = "unbalanced classes"
    case duplicates = "duplicate examples"
    case contradictions = "one example, two labels"
    case lossMismatch = "loss does not fit the outputs"
    case unreachedParameter = "parameter without a gradient"
    case cannotOverfit = "one batch cannot be learned"
    case tooMuchMemory = "more memory than there is"
    case nonFiniteLoss = "non-finite loss"
    case nonFiniteOrigin = "non-finite numbers"
    case deadUnits = "dead units"
    case vanishingGradient = "vanishing gradient"
    case explodingGradient = "exploding gradient"
  }

  /// How much it matters.
  public let severity: Severity
  /// What was found.
  public let kind: Kind
  /// Where: a parameter's or a layer's path, `inputs`, `targets`, `outputs`.
  public let place: String
  /// The figures that show it.
  public let figure: String
  /// What to do about it.
  public let advice: String

  public init(
    _ severity: Severity, _ kind: Kind, at place: String, figure: String, advice: String
  ) {
    self.severity = severity
    self.kind = kind
    self.place = place
    self.figure = figure
    self.advice = advice
  }
}

extension Finding: CustomStringConvertible {
  /// For example `warning: inputs not normalized (inputs): mean 127.4, standard deviation 73.1;
  /// standardize them`.
  public var description: String {
    "\(severity): \(kind.rawValue) (\(place)): \(figure); \(advice)"
  }
}
