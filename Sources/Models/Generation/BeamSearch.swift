import Arrays
import Foundation
import Tensors

/// A text that beam search found.
public struct Hypothesis: Sendable, Hashable {
  /// What comes after the prompt, without the stop sequence.
  public let tokens: [Int]
  /// log p(tokens | prompt), the stop sequence's tokens included.
  public let logProbability: Double
  /// The log probability divided by the length penalty; the larger the better.
  public let score: Double
  /// Why it ended.
  public let end: GenerationEnd
}

extension LanguageModel {
  /// The likeliest texts after a prompt, by beam search: at each step the `width` best beginnings are
  /// kept, each goes on with its own copy of the model's state.
  ///
  /// A text Y has the score log p(Y | prompt) / ((5 + |Y|) / 6)^α (Wu et al., 2016, "Google's neural
  /// machine translation system", equation 14), where |Y| counts the tokens of the stop sequence
  /// too. The search ends when no beginning can become better than the `width` best finished texts,
  /// or at `maximum` tokens.
  ///
  /// - Parameters:
  ///   - prompt: At least one token.
  ///   - width: How many beginnings are kept, at least 1; 1 is greedy search, but that with a length
  ///     penalty a text beyond a stop sequence is looked at too.
  ///   - lengthPenalty: α, at least 0: 0 compares log probabilities, which favours short texts; 0.6
  ///     to 0.7 are usual, and 1 compares almost their means.
  ///   - maximum: How many tokens a text has at most.
  ///   - stopSequences: Each ends a text, and is not part of it.
  /// - Returns: Up to `width` texts, the best first.
  public func beamSearch(
    from prompt: [Int], width: Int, lengthPenalty: Double = 0.6, maximum: Int,
    stopSequences: [[Int]] = []
  ) -> [Hypothesis] {
    if prompt.isEmpty { stop("beamSearch: an empty prompt; it takes at least one token") }
    if width < 1 { stop("beamSearch: a width of \(width); it must be at least 1") }
    if maximum < 0 { stop("beamSearch: a maximum of \(maximum) tokens; it must not be negative") }
    if !(lengthPenalty >= 0 && lengthPenalty.isFinite) {
      stop("beamSearch: a length penalty of \(lengthPenalty); it must be a number, at least 0")
    }
    var search = BeamSearch(
      model: self, width: width, alpha: lengthPenalty, maximum: maximum,
      stops: StopSequences(stopSequences), prompt: prompt)
    while search.canImprove { search.step() }
    return search.results()
  }
}

/// The state of a beam search.
private struct BeamSearch<Model: LanguageModel> {
  /// The beginning of a text.
  struct Beam {
    var tokens: [Int] = []
    var logProbability = 0.0
    var unread: [Int]
    var state: Model.State
  }

  /// A beam with one more token.
  struct Candidate {
    let beam: Int
    let token: Int
    let logProbability: Double
  }

  let model: Model
  let width: Int
  let alpha: Double
  let maximum: Int
  let stops: StopSequences
  private var beams: [Beam]
  /// The best ones first, at most `width`.
  private var finished: [Hypothesis] = []

  init(
    model: Model, width: Int, alpha: Double, maximum: Int, stops: StopSequences, prompt: [Int]
  ) {
    self.model = model
    self.width = width
    self.alpha = alpha
    self.maximum = maximum
    self.stops = stops
    beams = [Beam(unread: prompt, state: model.initialState())]
  }

  /// Whether a beginning is left that may become better than what is finished. The log probability
  /// can only fall, so that the best score a beginning can reach is that of the largest length.
  var canImprove: Bool {
    guard let best = beams.map(\.logProbability).max(), beams[0].tokens.count < maximum else {
      return false
    }
    return finished.count < width || score(best, length: maximum) > finished[width - 1].score
  }

  func score(_ logProbability: Double, length: Int) -> Double {
    logProbability / pow((5 + Double(length)) / 6, alpha)
  }

  mutating func step() {
    var candidates: [Candidate] = []
    for place in beams.indices {
      let logits = model.scores(after: beams[place].unread, state: &beams[place].state)
      candidates += extensions(of: place, logits)
    }
    // Stable, so that of equal candidates those of better beams and earlier tokens come first.
    candidates.sort { $0.logProbability > $1.logProbability }

    var next: [Beam] = []
    for candidate in candidates where next.count < width {
      var beam = beams[candidate.beam]
      beam.tokens.append(candidate.token)
      beam.logProbability = candidate.logProbability
      beam.unread = [candidate.token]
      if let found = stops.atEnd(of: beam.tokens) {
        finish(beam, .stopSequence(found))
      } else {
        next.append(beam)
      }
    }
    for (place, beam) in beams.enumerated() where !candidates.contains(where: { $0.beam == place })
    {
      finish(beam, .noToken)
    }
    beams = next
  }

  /// The best ways on from a beam. More than `width` are needed where some of them end a text.
  private func extensions(of beam: Int, _ logits: [Double]) -> [Candidate] {
    let logProbabilities = logits.softmaxed().map { beams[beam].logProbability + log($0) }
    let order = logProbabilities.indices
      .filter { logProbabilities[$0] > -.infinity }
      .sorted { logProbabilities[$0] > logProbabilities[$1] }
    return order.prefix(width + stops.count).map {
      Candidate(beam: beam, token: $0, logProbability: logProbabilities[$0])
    }
  }

  private mutating func finish(_ beam: Beam, _ end: GenerationEnd) {
    var tokens = beam.tokens
    if case .stopSequence(let found) = end { tokens.removeLast(found.count) }
    let hypothesis = Hypothesis(
      tokens: tokens, logProbability: beam.logProbability,
      score: score(beam.logProbability, length: beam.tokens.count), end: end)
    let place = finished.firstIndex { $0.score < hypothesis.score } ?? finished.count
    finished.insert(hypothesis, at: place)
    if finished.count > width { finished.removeLast() }
  }

  /// What is finished, and what the maximum ended.
  func results() -> [Hypothesis] {
    var copy = self
    if let first = beams.first, first.tokens.count >= maximum {
      for beam in beams { copy.finish(beam, .length) }
    }
    return copy.finished
  }
}
