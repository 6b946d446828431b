import Foundation
import Myelin
import Testing

/// Models that a person can follow.
enum Toy {
  /// Counts up: after t comes t + 1, modulo the vocabulary.
  static func counting(_ vocabulary: Int = 10) -> FunctionModel {
    FunctionModel { tokens in
      Tensor((0..<vocabulary).map { $0 == ((tokens.last ?? 0) + 1) % vocabulary ? 5.0 : 0.0 })
    }
  }

  /// The next token's probabilities by the last token.
  static func chain(_ rows: [[Double]]) -> FunctionModel {
    FunctionModel { tokens in Tensor(rows[tokens.last ?? 0].map { log($0) }) }
  }

  /// A model with a state of its own: how many tokens it has read, in how many pieces.
  struct Counter: LanguageModel {
    struct State: Sendable, Equatable {
      var tokens = 0
      var pieces = 0
    }

    func initialState() -> State { State() }

    func logits(after tokens: [Int], state: inout State) -> Tensor {
      state.tokens += tokens.count
      state.pieces += 1
      // The likeliest token is the number of tokens read.
      return Tensor((0..<20).map { $0 == state.tokens ? 1.0 : 0.0 })
    }
  }
}

@Suite struct GeneratedTokensTests {
  struct Stopping: Sendable, CustomTestStringConvertible {
    let name: String
    let sequences: [[Int]]
    var maximum = 6
    let tokens: [Int]
    let end: GenerationEnd
    var testDescription: String { name }
  }

  static let stopping = [
    Stopping(name: "none", sequences: [], tokens: [1, 2, 3, 4, 5, 6], end: .length),
    Stopping(name: "a maximum of 0", sequences: [], maximum: 0, tokens: [], end: .length),
    Stopping(name: "one token", sequences: [[4]], tokens: [1, 2, 3], end: .stopSequence([4])),
    Stopping(name: "the first token", sequences: [[1]], tokens: [], end: .stopSequence([1])),
    Stopping(
      name: "three", sequences: [[3, 4, 5]], tokens: [1, 2], end: .stopSequence([3, 4, 5])),
    Stopping(
      name: "the earlier of two", sequences: [[5], [2, 3]], tokens: [1], end: .stopSequence([2, 3])),
    Stopping(
      name: "the longer of two that end together", sequences: [[4], [3, 4]], tokens: [1, 2],
      end: .stopSequence([3, 4])),
    Stopping(
      name: "a beginning that comes to nothing", sequences: [[3, 4, 9]],
      tokens: [1, 2, 3, 4, 5, 6], end: .length),
    Stopping(
      name: "a beginning at the maximum", sequences: [[5, 6, 7]], tokens: [1, 2, 3, 4, 5, 6],
      end: .length),
    // The prompt's token is 0: what came before the text does not end it.
    Stopping(
      name: "begun in the prompt", sequences: [[0, 1]], tokens: [1, 2, 3, 4, 5, 6], end: .length),
  ]

  @Test("stop sequences", arguments: stopping)
  func stopsAt(_ example: Stopping) {
    var tokens = Toy.counting().generate(
      from: [0], sampling: .greedy, maximum: example.maximum, stopSequences: example.sequences)
    #expect(Array(tokens) == example.tokens)
    while tokens.next() != nil {}
    #expect(tokens.end == example.end && tokens.next() == nil)
  }

  @Test("tokens come as soon as they cannot belong to a stop sequence")
  func streams() {
    let asked = Counter()
    let model = FunctionModel { tokens in
      asked.count += 1
      return Toy.counting().logits(of: tokens)
    }
    var tokens = model.generate(
      from: [0], sampling: .greedy, maximum: 6, stopSequences: [[3, 4, 9]])
    var steps: [Int] = []
    while tokens.next() != nil { steps.append(asked.count) }
    // 3 and 4 wait for 5; then all three are clear.
    #expect(steps == [1, 2, 5, 5, 5, 6])
  }

  @Test("the prompt is read once, then token by token, from the state that was given")
  func carriesState() {
    let model = Toy.Counter()
    #expect(
      Array(model.generate(from: [7, 7, 7], sampling: .greedy, maximum: 4)) == [3, 4, 5, 6])
    let state = Toy.Counter.State(tokens: 10, pieces: 1)
    #expect(
      Array(model.generate(from: [7], state: state, sampling: .greedy, maximum: 2)) == [11, 12])
    // 20 is outside the 20 tokens: all logits are equal, and greedy takes the first.
    let last = Toy.Counter.State(tokens: 19, pieces: 1)
    #expect(Array(model.generate(from: [0], state: last, sampling: .greedy, maximum: 1)) == [0])
  }

  @Test("the same source gives the same tokens, however often they are gone through")
  func repeats() {
    let model = Toy.chain([[0.5, 0.5], [0.3, 0.7]])
    func tokens(_ seed: UInt64) -> GeneratedTokens<FunctionModel> {
      model.generate(from: [0], maximum: 50, using: RandomSource(seed: seed))
    }
    let first = tokens(1)
    #expect(Array(first) == Array(first) && Array(first) == Array(tokens(1)))
    #expect(Array(first) != Array(tokens(2)))
  }

  @Test("a model that allows no token ends the text")
  func endsWithoutTokens() {
    let model = Toy.chain([[0, 1], [0, 0]])
    var tokens = model.generate(from: [0], maximum: 9)
    #expect(tokens.next() == 1 && tokens.next() == nil && tokens.end == .noToken)
  }

  @Test("the same tokens asynchronously, until the task is cancelled")
  func streamsAsynchronously() async {
    let tokens = Toy.counting().generate(from: [0], sampling: .greedy, maximum: 5)
    var collected: [Int] = []
    for await token in tokens.stream { collected.append(token) }
    #expect(collected == [1, 2, 3, 4, 5])

    let task = Task {
      var count = 0
      for await _ in Toy.counting().generate(from: [0], maximum: .max).stream {
        count += 1
        if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return count
    }
    #expect(await task.value == 3)
  }

  /// How often a model was asked. Used by one task only.
  private final class Counter: @unchecked Sendable { var count = 0 }
}

extension FunctionModel {
  /// Asks once, with a state that is thrown away.
  func logits(of tokens: [Int]) -> Tensor {
    var state = initialState()
    return logits(after: tokens, state: &state)
  }
}
