import Arrays

/// Makes tokens less likely that have come already: their logits, where positive, are divided by θ,
/// and multiplied by it where negative. Keskar et al., 2019, "CTRL: a conditional transformer
/// language model for controllable generation", who take θ = 1.2; negative logits are multiplied as
/// is common since, because dividing would make them likelier.
public struct RepetitionPenalty: LogitRule, Hashable {
  /// θ, above 0; 1 changes nothing, and less than 1 favours repetition.
  public let penalty: Double
  /// How many of the last tokens count; nil for all of them.
  public let window: Int?

  /// The rule of a penalty; stops where it is not a positive finite number, or the window negative.
  public init(_ penalty: Double, window: Int? = nil) {
    if !(penalty > 0 && penalty.isFinite) {
      stop("RepetitionPenalty: \(penalty); it must be a positive number")
    }
    if let window, window < 0 {
      stop("RepetitionPenalty: a window of \(window) tokens; it must not be negative")
    }
    self.penalty = penalty
    self.window = window
  }

  public func apply(to logits: inout [Double], after tokens: [Int]) {
    guard penalty != 1 else { return }
    for token in Set(tokens.suffix(window ?? tokens.count)) where logits.indices.contains(token) {
      logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty
    }
  }
}
