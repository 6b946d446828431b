import Arrays
import Tensors

/// Why no more tokens came.
public enum GenerationEnd: Sendable, Hashable {
  /// As many tokens as asked for.
  case length
  /// This stop sequence came; it is not among the tokens.
  case stopSequence([Int])
  /// No token was possible: the model or the rules gave every one a logit of −∞ or NaN.
  case noToken
}

/// Tokens that a language model writes after a prompt, one by one as they are asked for.
///
///     var text = StreamingDecoder(tokenizer)
///     for token in model.generate(from: prompt, sampling: Sampling(topK: 40), maximum: 500) {
///       print(try text.append(token), terminator: "")
///     }
///
/// A sequence that can be gone through again: each time begins with the same random numbers and so
/// gives the same tokens. As an iterator it also tells, in `end`, why it stopped. Tokens that may be
/// the beginning of a stop sequence come once it is clear that they are not.
public struct GeneratedTokens<Model: LanguageModel>: Sequence, IteratorProtocol, Sendable {
  /// Why no more tokens come; nil as long as some do.
  public private(set) var end: GenerationEnd?

  private let model: Model
  private let sampling: Sampling
  private let maximum: Int
  private let stops: StopSequences
  private var state: Model.State
  private var random: RandomSource
  /// The prompt and all that was drawn, for the rules that look back.
  private var history: [Int]
  /// The prompt first, then the last token drawn.
  private var unread: [Int]
  /// How many tokens were drawn.
  private var drawn = 0
  /// Drawn, but not yet given.
  private var waiting: [Int] = []
  /// How many of those that wait may be given.
  private var clear = 0

  init(
    model: Model, state: Model.State, prompt: [Int], sampling: Sampling, maximum: Int,
    stopSequences: [[Int]], random: RandomSource
  ) {
    if prompt.isEmpty { stop("generate: an empty prompt; it takes at least one token") }
    if maximum < 0 { stop("generate: a maximum of \(maximum) tokens; it must not be negative") }
    self.model = model
    self.state = state
    self.sampling = sampling
    self.maximum = maximum
    self.random = random
    stops = StopSequences(stopSequences)
    history = prompt
    unread = prompt
  }

  public mutating func next() -> Int? {
    while clear == 0 && end == nil { draw() }
    guard clear > 0 else { return nil }
    clear -= 1
    return waiting.removeFirst()
  }

  /// Draws a token, and sorts out which of those that wait are clear.
  private mutating func draw() {
    guard drawn < maximum else { return finish(.length) }
    let logits = model.scores(after: unread, state: &state)
    guard let token = sampling.token(from: logits, after: history, using: &random) else {
      return finish(.noToken)
    }
    drawn += 1
    history.append(token)
    waiting.append(token)
    unread = [token]
    if let found = stops.atEnd(of: waiting) {
      waiting.removeLast(found.count)
      finish(.stopSequence(found))
    } else {
      clear = waiting.count - stops.possibleBeginning(of: waiting)
    }
  }

  private mutating func finish(_ end: GenerationEnd) {
    self.end = end
    clear = waiting.count
  }
}

extension LanguageModel {
  /// Tokens after a prompt, drawn one by one as they are asked for.
  ///
  /// - Parameters:
  ///   - prompt: At least one token.
  ///   - state: What the model has read before the prompt; nil for nothing.
  ///   - sampling: How each token is chosen.
  ///   - maximum: How many tokens are drawn at most, those of a stop sequence included.
  ///   - stopSequences: The first of these that comes ends the text, and is not part of it.
  ///   - random: Where the random numbers come from: the same source gives the same tokens.
  public func generate(
    from prompt: [Int], state: State? = nil, sampling: Sampling = Sampling(), maximum: Int,
    stopSequences: [[Int]] = [], using random: RandomSource = RandomSource(seed: 0)
  ) -> GeneratedTokens<Self> {
    GeneratedTokens(
      model: self, state: state ?? initialState(), prompt: prompt, sampling: sampling,
      maximum: maximum, stopSequences: stopSequences, random: random)
  }
}
