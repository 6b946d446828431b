import Myelin
import Testing

@Suite struct CachedModelTests {
  static let gpt = withRandomSeed(1) {
    GPT(GPT.Configuration(vocabulary: 11, context: 12, width: 16, layers: 2, heads: 4, dropout: 0))
  }
  static let lstm = withRandomSeed(2) { LSTMLanguageModel(vocabulary: 11, width: 8, hidden: 16) }

  /// The logits of the last token, computed from all tokens at once.
  private static func whole(_ tokens: [Int]) -> [Double] {
    gpt(Tensor([tokens]))[0, -1].scalars()
  }

  private func expectClose(_ found: Tensor, _ expected: [Double], _ what: String) {
    let found = found.scalars(as: Double.self)
    #expect(found.count == expected.count)
    let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(error < 1e-5, "\(what): \(error)")
  }

  /// How 8 tokens are cut into pieces.
  static let pieces = [[8], [1, 1, 1, 1, 1, 1, 1, 1], [3, 1, 1, 3], [1, 7], [6, 2]]

  @Test("a GPT that reads piece by piece gives what it gives of all at once", arguments: pieces)
  func readsPieces(lengths: [Int]) {
    let tokens = [3, 1, 4, 1, 5, 9, 2, 6]
    let compiled = Self.gpt.compiled()
    var (state, compiledState) = (Self.gpt.initialState(), compiled.initialState())
    var read = 0
    for length in lengths {
      let piece = Array(tokens[read..<read + length])
      read += length
      let expected = Self.whole(Array(tokens[..<read]))
      expectClose(Self.gpt.logits(after: piece, state: &state), expected, "eager at \(read)")
      expectClose(
        compiled.logits(after: piece, state: &compiledState), expected, "compiled at \(read)")
    }
  }

  @Test("a full context goes on from its later half, also compiled")
  func slides() {
    let tokens = (0..<20).map { $0 * 7 % 11 }
    let compiled = Self.gpt.compiled()
    var (state, compiledState) = (Self.gpt.initialState(), compiled.initialState())
    // 12 tokens fit; the 13th leaves 6; the 19th would be the 13th again.
    var first = 0
    for (place, token) in tokens.enumerated() {
      if place - first == 12 { first = place - 5 }
      let expected = Self.whole(Array(tokens[first...place]))
      expectClose(Self.gpt.logits(after: [token], state: &state), expected, "eager at \(place)")
      expectClose(
        compiled.logits(after: [token], state: &compiledState), expected, "compiled at \(place)")
    }
    var long = Self.gpt.initialState()
    let last = Self.gpt.logits(after: tokens, state: &long)
    expectClose(last, Self.whole(Array(tokens.suffix(6))), "a prompt beyond the context")
  }

  @Test("a recurrent model carries its state, also compiled")
  func carriesState() {
    let tokens = [3, 1, 4, 1, 5, 9]
    var whole = Self.lstm.makeCache(batch: 1)
    let logits = Self.lstm(Tensor([tokens]), state: &whole)
    let compiled = Self.lstm.compiled()
    var (state, compiledState) = (Self.lstm.initialState(), compiled.initialState())
    for (place, token) in tokens.enumerated() {
      let expected = logits[0, place].scalars(as: Double.self)
      expectClose(Self.lstm.logits(after: [token], state: &state), expected, "eager at \(place)")
      expectClose(
        compiled.logits(after: [token], state: &compiledState), expected, "compiled at \(place)")
    }
    expectClose(
      state.cache.hidden, whole.hidden.scalars(), "the state after the last token")
  }

  @Test("a model of another element type has a state of that type")
  func keepsElementType() {
    let (gpt, lstm) = (
      Self.gpt.mapParameters { $0.to(.float64) }, Self.lstm.mapParameters { $0.to(.float64) }
    )
    func logits<Model: LanguageModel>(_ model: Model) -> Tensor {
      var state = model.initialState()
      _ = model.logits(after: [3, 1], state: &state)
      return model.logits(after: [4], state: &state)
    }
    #expect(logits(gpt).dataType == .float64 && logits(lstm).dataType == .float64)
    expectClose(logits(gpt), Self.whole([3, 1, 4]), "a GPT")
    expectClose(logits(lstm), logits(Self.lstm).scalars(), "an LSTM")
  }

  @Test("a copy of a state is a branch of its own")
  func branches() {
    let compiled = Self.gpt.compiled()
    var state = compiled.initialState()
    _ = compiled.logits(after: [1, 2], state: &state)
    var (left, right) = (state, state)
    for token in [3, 4] { _ = compiled.logits(after: [token], state: &left) }
    for token in [5, 6] { _ = compiled.logits(after: [token], state: &right) }
    expectClose(
      compiled.logits(after: [7], state: &left), Self.whole([1, 2, 3, 4, 7]), "left")
    expectClose(
      compiled.logits(after: [7], state: &right), Self.whole([1, 2, 5, 6, 7]), "right")
    expectClose(compiled.logits(after: [8], state: &state), Self.whole([1, 2, 8]), "the first")
  }

  @Test("greedy text is the same eager, compiled, and without a cache")
  func agree() {
    let plain = FunctionModel { Self.gpt(Tensor([$0]))[0, -1] }
    let expected = Array(plain.generate(from: [1], sampling: .greedy, maximum: 11))
    #expect(expected.count == 11)
    #expect(Array(Self.gpt.generate(from: [1], sampling: .greedy, maximum: 11)) == expected)
    let compiled = Self.gpt.compiled()
    #expect(Array(compiled.generate(from: [1], sampling: .greedy, maximum: 11)) == expected)
    let beams = compiled.beamSearch(from: [1], width: 1, maximum: 11)
    #expect(beams.map(\.tokens) == [expected])
  }
}
