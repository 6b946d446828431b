import Arrays
import Synchronization

/// A stream of random numbers that is a function of a seed and a position (Philox-4x32-10; Salmon et
/// al., 2011, "Parallel random numbers: as easy as 1, 2, 3").
///
/// A value: a copy continues where the original stood and gives the same numbers. It can be saved
/// (`seed` and `position`) and split into independent streams. The numbers do not depend on the
/// number of threads.
///
/// As an argument of a compiled step it is known to each call anew: the step draws where the source
/// stands, and a source given `inout` moves on.
public struct RandomSource: Sendable {
  private var knownSeed: UInt64
  private var knownPosition: UInt64
  /// Seed and position while `compile` traces a step to which the source was given: int64 [2].
  private var traced: Tensor?

  /// The stream of a seed, from its beginning unless a position is given.
  public init(seed: UInt64, position: UInt64 = 0) {
    knownSeed = seed
    knownPosition = position
  }

  /// The stream whose seed and position, int64 [2], `state` gives.
  package init(state: Tensor) {
    if state.isTraced {
      self.init(seed: 0)
      traced = state
    } else {
      let words = state.scalars(as: Int64.self)
      self.init(seed: UInt64(bitPattern: words[0]), position: UInt64(bitPattern: words[1]))
    }
  }

  /// Seed and position as a tensor, int64 [2].
  package var state: Tensor {
    traced ?? Tensor([Int64(bitPattern: knownSeed), Int64(bitPattern: knownPosition)])
  }

  /// Names the stream.
  public var seed: UInt64 {
    traced?.requireNumbers(in: "RandomSource.seed")
    return knownSeed
  }

  /// How many blocks of four 32-bit numbers have been used; after 2⁶⁴ it starts again.
  public var position: UInt64 {
    traced?.requireNumbers(in: "RandomSource.position")
    return knownPosition
  }

  /// A stream of its own, whose seed is drawn from this one.
  public mutating func split() -> RandomSource {
    if traced == nil { return RandomSource(seed: nextSeed()) }
    let words = generate(RandomSource.seedWords, [2], .int64)
    let seed = words[0] * 4_294_967_296.0 + words[1]
    return RandomSource(state: stack([seed, seed.zerosLike()]))
  }

  private static let seedWords = RandomDistribution.uniform(lower: 0, upper: 4_294_967_296)

  /// 64 random bits.
  public mutating func nextSeed() -> UInt64 {
    traced?.requireNumbers(in: "RandomSource.nextSeed")
    let words = generate(RandomSource.seedWords, [2], .int64).scalars(as: Int64.self)
    return UInt64(words[0]) << 32 | UInt64(words[1])
  }

  /// Uniform in [lower, upper); for integer types whole numbers of that range.
  public mutating func uniform(
    _ shape: Shape, from lower: Double = 0, to upper: Double = 1, _ dataType: DataType = .float32
  ) -> Tensor {
    generate(.uniform(lower: lower, upper: upper), shape, dataType)
  }

  /// Normal with a mean and a standard deviation.
  public mutating func normal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1,
    _ dataType: DataType = .float32
  ) -> Tensor {
    generate(.normal(mean: mean, standardDeviation: standardDeviation), shape, dataType)
  }

  /// Normal, but never more than `bound` standard deviations from the mean.
  public mutating func truncatedNormal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, bound: Double = 2,
    _ dataType: DataType = .float32
  ) -> Tensor {
    generate(
      .truncatedNormal(
        mean: mean, standardDeviation: standardDeviation, lower: -bound, upper: bound), shape,
      dataType)
  }

  /// 1 with this probability, else 0.
  public mutating func bernoulli(
    _ shape: Shape, probability: Double, _ dataType: DataType = .float32
  ) -> Tensor {
    generate(.bernoulli(probability: probability), shape, dataType)
  }

  /// The whole numbers 0..<count in random order (int64), each order equally likely but for ties
  /// between 32-bit draws.
  public mutating func permutation(_ count: Int) -> Tensor {
    uniform([count], from: 0, to: 4_294_967_296, .int64).argsort()
  }

  /// Moves on as far as drawing so many numbers does.
  package mutating func skip(_ count: Int) {
    let blocks = (count + 3) / 4
    if let state = traced {
      traced = state + Tensor([0, Int64(blocks)])
    } else {
      knownPosition &+= UInt64(blocks)
    }
  }

  private mutating func generate(
    _ distribution: RandomDistribution, _ shape: Shape, _ dataType: DataType
  ) -> Tensor {
    let layout = Layout(contiguous: shape)
    let blocks = (layout.count + 3) / 4
    guard let state = traced else {
      // What a known source draws is known too, also while a step is traced.
      return Trace.suspended {
        let array = NDArray(uninitialized: layout, dataType)
        ThreadState.backend.random(
          distribution, key: knownSeed, counter: knownPosition, into: array)
        knownPosition &+= UInt64(blocks)
        return Tensor(array)
      }
    }
    let array = NDArray(uninitialized: layout, dataType)
    Trace.current?.add(.random(distribution), [state.array], into: [array])
    traced = state + Tensor([0, Int64(blocks)])
    return Tensor(array)
  }
}

extension RandomSource: Hashable {
  public static func == (a: RandomSource, b: RandomSource) -> Bool {
    a.seed == b.seed && a.position == b.position
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(seed)
    hasher.combine(position)
  }
}

extension RandomSource: TensorTree {
  public mutating func visitTensors(_ visitor: TensorVisitor) { visitor.visit(&self, name: "") }
}

extension RandomSource {
  private static let shared = Mutex(RandomSource(seed: 0))
  @TaskLocal private static var scoped: Scoped?

  private final class Scoped: Sendable {
    let source: Mutex<RandomSource>
    init(seed: UInt64) { source = Mutex(RandomSource(seed: seed)) }
  }

  /// Runs `body` with the stream from which layers draw their first weights: that of the surrounding
  /// `withRandomSeed`, otherwise the program's, which starts from seed 0.
  public static func withCurrent<Result>(_ body: (inout RandomSource) -> Result) -> Result {
    if Trace.isActive {
      stop(
        "compile: the program's random stream is used in a step; it would give the same numbers at "
          + "every call: make the layer outside, or give the step a RandomSource")
    }
    func run(_ source: borrowing Mutex<RandomSource>) -> Result {
      var copy = source.withLock { $0.split() }
      return body(&copy)
    }
    if let scoped { return run(scoped.source) }
    return run(shared)
  }

  /// Restarts the program's stream from a seed.
  public static func setSeed(_ seed: UInt64) {
    shared.withLock { $0 = RandomSource(seed: seed) }
  }

  /// Runs `body` with a stream of its own for the weights of the layers that it makes.
  public static func withSeed<Result>(
    _ seed: UInt64, _ body: () throws -> Result
  ) rethrows -> Result {
    try $scoped.withValue(Scoped(seed: seed), operation: body)
  }
}

/// Runs `body` with a random stream of its own for the weights of the layers that it makes: the same
/// seed gives the same weights.
///
///     let model = withRandomSeed(1) { Classifier() }
public func withRandomSeed<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
  try RandomSource.withSeed(seed, body)
}

/// Restarts the program's random stream, from which layers draw their first weights.
public func setRandomSeed(_ seed: UInt64) {
  RandomSource.setSeed(seed)
}
