import Arrays
import Datasets
import Tensors
import Testing

@Suite struct SequenceTests {
  static let text = Array(100..<121)

  @Test("a window's targets are its inputs a token later")
  func windows() {
    let windows = TokenWindows(Self.text, context: 4)
    #expect(windows.count == 17)
    let batch = windows.batch(startingAt: [16, 0, 5])
    #expect(
      rows(batch.inputs) == [[116, 117, 118, 119], [100, 101, 102, 103], [105, 106, 107, 108]])
    #expect(rows(batch.targets) == rows(batch.inputs + 1))
    #expect(batch.inputs.dataType == .int64)
  }

  @Test("random windows follow from the source, start everywhere and move it on")
  func randomWindows() {
    let windows = TokenWindows(Self.text, context: 4)
    var (first, second) = (RandomSource(seed: 3), RandomSource(seed: 3))
    let batch = windows.randomBatch(500, using: &first)
    #expect(rows(batch.inputs) == rows(windows.randomBatch(500, using: &second).inputs))
    #expect(rows(batch.inputs) != rows(windows.randomBatch(500, using: &second).inputs))
    #expect(Set(batch.inputs.scalars(as: Int.self)) == Set(100..<120))
    #expect(Set(batch.targets.scalars(as: Int.self)) == Set(101..<121))
    #expect(windows.randomBatch(0, using: &first).inputs.shape == [0, 4])
  }

  @Test("windows beside each other cover the text", arguments: [1, 2, 5, 9])
  func batches(_ size: Int) {
    let windows = TokenWindows(Self.text, context: 4)
    let batches = Array(windows.batches(of: size))
    #expect(batches.flatMap { $0.inputs.scalars(as: Int.self) } == Array(100..<120))
    #expect(batches.flatMap { $0.targets.scalars(as: Int.self) } == Array(101..<121))
    #expect(batches.count == (5 + size - 1) / size)
  }

  struct Cut: Sendable {
    let tokens: Int
    let streams: Int
    let length: Int
    let dropsLast: Bool
    let shapes: [Shape]
  }

  static let cuts = [
    Cut(tokens: 21, streams: 2, length: 4, dropsLast: false, shapes: [[2, 4], [2, 4], [2, 2]]),
    Cut(tokens: 21, streams: 2, length: 4, dropsLast: true, shapes: [[2, 4], [2, 4]]),
    Cut(tokens: 21, streams: 3, length: 3, dropsLast: false, shapes: [[3, 3], [3, 3]]),
    Cut(tokens: 2, streams: 1, length: 8, dropsLast: false, shapes: [[1, 1]]),
    Cut(tokens: 2, streams: 1, length: 8, dropsLast: true, shapes: []),
  ]

  @Test("each batch continues every stream", arguments: cuts)
  func streams(_ cut: Cut) {
    let streams = TokenStreams(
      Array(0..<cut.tokens), count: cut.streams, length: cut.length, dropsLast: cut.dropsLast)
    let batches = Array(streams)
    #expect(batches.map(\.inputs.shape) == cut.shapes)
    #expect(streams.batchCount == cut.shapes.count)
    guard !batches.isEmpty else { return }
    let inputs = concatenate(batches.map(\.inputs), along: 1)
    for row in 0..<cut.streams {
      let first = row * streams.streamLength
      #expect(
        inputs[row].scalars(as: Int.self) == Array(first..<first + inputs.shape[1]))
    }
    #expect(rows(concatenate(batches.map(\.targets), along: 1)) == rows(inputs + 1))
  }

  @Test("padding and truncation at either end")
  func padding() {
    let sequences = [[1, 2, 3], [], [4, 5, 6, 7, 8]]
    let longest = PaddedTokens(sequences, padding: 9)
    #expect(rows(longest.tokens) == [[1, 2, 3, 9, 9], [9, 9, 9, 9, 9], [4, 5, 6, 7, 8]])
    #expect(
      rows(longest.attentionMask) == [[1, 1, 1, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    #expect(longest.lengths.scalars(as: Int.self) == [3, 0, 5])
    let left = PaddedTokens(
      sequences, padding: 0, length: 4, paddingSide: .left, truncationSide: .left)
    #expect(rows(left.tokens) == [[0, 1, 2, 3], [0, 0, 0, 0], [5, 6, 7, 8]])
    #expect(rows(left.attentionMask) == [[0, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1]])
    #expect(left.lengths.scalars(as: Int.self) == [3, 0, 4])
    let rounded = PaddedTokens(sequences, padding: 0, multiple: 4)
    #expect(rounded.tokens.shape == [3, 8])
    #expect(PaddedTokens([], padding: 0).tokens.shape == [0, 0])
  }

  static let mistakes: [(message: String, make: @Sendable () -> Void)] = [
    ("TokenWindows: context is 0; it must be positive", { _ = TokenWindows(text, context: 0) }),
    (
      "TokenWindows: 21 tokens have no window of 21 and the token after it; at least 22 are needed",
      { _ = TokenWindows(text, context: 21) }
    ),
    (
      "TokenWindows.batch: start 17 is not one of 0 ..< 17",
      { _ = TokenWindows(text, context: 4).batch(startingAt: [0, 17]) }
    ),
    (
      "TokenStreams: count is 0; it must be positive",
      { _ = TokenStreams(text, count: 0, length: 1) }
    ),
    (
      "TokenStreams: 21 tokens do not make 21 streams; at least 22 are needed",
      { _ = TokenStreams(text, count: 21, length: 1) }
    ),
    (
      "TokenStreams.batch: 5 is not one of 0 ..< 5",
      { _ = TokenStreams(text, count: 2, length: 2).batch(5) }
    ),
    (
      "SlidingWindows.batch: place 7 is not one of 0 ..< 7",
      { _ = SlidingWindows(.ones([10]), length: 2, horizon: 2).batch([0, 7]) }
    ),
    (
      "PaddedTokens: multiple is 0; it must be positive",
      { _ = PaddedTokens([[1]], padding: 0, multiple: 0) }
    ),
  ]

  @Test("mistakes stop with their message", arguments: mistakes.indices)
  func stops(_ index: Int) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      SequenceTests.mistakes[index].make()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(text.contains(Self.mistakes[index].message + "\n"))
  }

  /// A matrix of whole numbers as an array.
  private func rows(_ tensor: Tensor) -> [[Int]] {
    (0..<tensor.shape[0]).map { tensor[$0].scalars(as: Int.self) }
  }
}
