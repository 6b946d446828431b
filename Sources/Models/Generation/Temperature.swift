import Arrays

/// Divides the logits by a temperature: below 1 the likely tokens become likelier, above 1 all become
/// more alike. At 0, the limit, only the largest logit stays, the first of equal ones.
public struct Temperature: LogitRule, Hashable {
  /// T, at least 0.
  public let temperature: Double

  /// The rule of a temperature; stops where it is negative or no finite number.
  public init(_ temperature: Double) {
    if !(temperature >= 0 && temperature.isFinite) {
      stop("Temperature: \(temperature); it must be a finite number, at least 0")
    }
    self.temperature = temperature
  }

  public func apply(to logits: inout [Double], after tokens: [Int]) {
    if temperature == 0 {
      let best = logits.firstMaximum()
      for place in logits.indices { logits[place] = place == best ? 0 : -.infinity }
    } else if temperature != 1 {
      let largest = logits.firstMaximum().map { logits[$0] } ?? 0
      // Near 0 what is divided would overflow, and all be alike: then only differences count.
      let origin = largest.isFinite && !(largest / temperature).isFinite ? largest : 0
      for place in logits.indices { logits[place] = (logits[place] - origin) / temperature }
    }
  }
}
