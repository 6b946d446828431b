import Myelin
import TestSupport
import Testing

/// The layer's cache, grouped heads and positions.
struct MultiHeadAttentionTests {
  struct Options: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var keyHeads: Int?
    var window: Int?
    var pairing: RotaryPositions.Pairing?

    func makeLayer() -> MultiHeadAttention {
      withRandomSeed(2) {
        MultiHeadAttention(
          24, heads: 4, keyHeads: keyHeads, window: window,
          rotary: pairing.map { RotaryPositions(4, pairing: $0) })
      }
    }
  }

  static let options = [
    Options(testDescription: "plain"),
    Options(testDescription: "grouped", keyHeads: 2),
    Options(testDescription: "window", window: 3),
    Options(testDescription: "rotary", keyHeads: 1, pairing: .halves),
    Options(testDescription: "rotary neighbours", window: 4, pairing: .neighbours),
  ]

  private static func input() -> Tensor {
    var random = RandomSource(seed: 3)
    return random.normal([2, 9, 24])
  }

  private struct State: TensorTree {
    var layer: MultiHeadAttention
    var cache: KeyValueCache
  }

  /// Token by token behind a prompt is what the whole sequence gives; compiled with one plan for all
  /// positions.
  @Test(arguments: options, ExecutionMode.allCases)
  func cacheContinues(_ options: Options, _ mode: ExecutionMode) {
    let layer = options.makeLayer()
    let x = Self.input()
    let expected = layer(x, isCausal: true)
    var state = State(layer: layer, cache: layer.makeCache(batch: 2, capacity: 12))
    let step = compile { (state: inout State, x: Tensor) -> Tensor in
      state.layer(x, cache: &state.cache)
    }
    func run(_ x: Tensor) -> Tensor {
      mode == .eager ? state.layer(x, cache: &state.cache) : step(&state, x)
    }
    var parts = [run(x.slice(0..<4, along: 1))]
    for place in 4..<9 { parts.append(run(x.slice(place..<place + 1, along: 1))) }
    if mode == .compiled { #expect(step.cachedPlans == 2) }
    #expect(state.cache.position.value == 9)
    expectClose(
      actual: concatenate(parts, along: 1).scalars(), expected: expected.scalars(),
      shape: expected.shape, absolute: 1e-5, relative: 1e-4)
  }

  /// Padding at the end of a sequence does not change what stands before it.
  /// A memory gives what the sequence that it was made of gives, and the same gradients.
  @Test(arguments: options, ExecutionMode.allCases)
  func memoryIsItsSequence(_ options: Options, _ mode: ExecutionMode) throws {
    let layer = options.makeLayer()
    let (queries, keys) = (Self.input()[.all, 2..<5], Self.input())
    let mask = lengthMask([9, 5], time: 9)
    var random = RandomSource(seed: 4)
    let cotangent = random.normal([2, 3, 24])
    let expected = try mode.differentiate(layer, cotangent: cotangent) {
      $0(queries, keys, keys, keyMask: mask)
    }
    let found = try mode.differentiate(layer, cotangent: cotangent) {
      $0(queries, memory: $0.memory(of: keys, keyMask: mask))
    }
    expectClose(actual: found.value.scalars(), expected: expected.value.scalars(), absolute: 1e-6)
    let gradients = found.gradient.tensors(.parameter)
    for (name, gradient) in expected.gradient.tensors(.parameter) {
      expectClose(
        actual: try #require(gradients[name]).scalars(), expected: gradient.scalars(),
        absolute: 1e-5, name)
    }
  }

  @Test func paddingIsNotSeen() {
    let layer = Self.options[0].makeLayer()
    let x = Self.input()
    let padded = layer(x, keyMask: lengthMask([9, 5], time: 9))
    let short = layer(x[1..<2, 0..<5])
    expectClose(
      actual: padded[1..<2, 0..<5].scalars(), expected: short.scalars(), absolute: 1e-5)
    // A sequence of no tokens: the heads give zeros, the last projection its bias.
    let hidden = layer(x, keyMask: lengthMask([9, 0], time: 9))
    #expect(hidden[1].scalars(as: Float.self).allSatisfy { $0 == 0 })
    let gradients = gradient(of: x) { layer($0, keyMask: lengthMask([0, 0], time: 9)).sum() }
    #expect(gradients.scalars(as: Float.self).allSatisfy { $0 == 0 })
  }

  /// A mask hides keys; it does not hide that a network has lost its numbers.
  @Test(arguments: [3, 600], ExecutionMode.allCases)
  func showsNaN(_ time: Int, _ mode: ExecutionMode) throws {
    let layer = Self.options[0].makeLayer()
    let found = try mode.run(Tensor.full([1, time, 24], .nan)) {
      layer($0, keyMask: lengthMask([2], time: time), isCausal: true)
    }
    #expect(found.scalars(as: Float.self).allSatisfy { $0.isNaN })
  }

  @Test func dropoutMovesOnInTraining() {
    var layer = withRandomSeed(1) { MultiHeadAttention(24, heads: 4, dropout: 0.5) }
    let x = Self.input()
    let before = layer.dropout.randomState.scalars(as: Int64.self)
    _ = valueAndGradient(of: &layer) { $0(x, isCausal: true).sum() }
    #expect(layer.dropout.randomState.scalars(as: Int64.self) != before)
    #expect(layer(x).scalars(as: Float.self) == layer(x).scalars(as: Float.self))
  }

  /// A score of rotary positions depends on the distance alone.
  @Test(arguments: [RotaryPositions.Pairing.halves, .neighbours])
  func rotaryTurnsByDistance(_ pairing: RotaryPositions.Pairing) {
    var random = RandomSource(seed: 8)
    let rotary = RotaryPositions(6, pairing: pairing)
    let (q, k) = (random.normal([1, 8]), random.normal([1, 8]))
    func score(_ a: Double, _ b: Double) -> Double {
      (rotary(q, offset: Number(a)) * rotary(k, offset: Number(b))).sum().item()
    }
    #expect(abs(score(3, 1) - score(103, 101)) < 1e-4)
    #expect(abs(score(3, 1) - score(3, 2)) > 1e-3)
    #expect(
      rotary(q, offset: 5)[0, 6...].scalars(as: Float.self) == q[0, 6...].scalars(as: Float.self))
  }

  /// The values of the paper's formulas.
  @Test func positionsByFormula() {
    let waves = sinusoidalPositions(3, 5)
    #expect(waves.shape == [3, 5])
    #expect(abs(waves[2, 2].item() - 0.05017) < 1e-4)
    #expect(abs(waves[2, 3].item() - 0.99874) < 1e-4)
    #expect(waves[0].scalars(as: Float.self) == [0, 1, 0, 1, 0])
    let bias = linearBias(heads: 8, queries: 2, keys: 3)
    #expect(bias[0].scalars(as: Float.self) == [-0.5, 0, -0.5, -1, -0.5, 0])
    #expect(bias[7, 1, 0].item() == -2.0 / 256)
    // 2^(−4/2) and 2^(−8/2) for two heads, then the first of four.
    #expect(
      linearBias(heads: 3, queries: 1, keys: 2)[.all, 0, 0].scalars(as: Float.self)
        == [-0.0625, -0.00390625, -0.25])
  }
}
