import Myelin
import Testing

/// One plan for each combination of shapes, element types and plain values, and no more.
@Suite struct PlanCacheTests {
  /// A function and the words that its traces leave.
  private static func counted<Tree: TensorTree>(
    limit: Int = 16, _ type: Tree.Type, _ body: @escaping @Sendable (Tree) -> Tensor
  ) -> (CompiledFunction<Tensor, Tree>, Words) {
    let words = Words()
    let function = compile(cacheLimit: limit) { (tree: Tree) -> Tensor in
      words.add("traced")
      return body(tree)
    }
    return (function, words)
  }

  @Test func aSmallerLastBatchHasAPlanOfItsOwn() {
    let (sum, traces) = Self.counted(Tensor.self) { square($0).sum() }
    for _ in 0..<3 {
      for count in [32, 32, 7] {
        #expect(sum(Tensor.ones([count, 2])).item() == Double(2 * count))
      }
    }
    #expect(sum.cachedPlans == 2 && traces.count == 2)
    #expect(sum(Tensor.ones([32, 2], .float64)).dataType == .float64)
    #expect(sum(Tensor.ones([64])).item() == 64)
    #expect(sum.cachedPlans == 4 && traces.count == 4)
  }

  @Test func plansBeyondTheLimitMakeRoom() {
    let (sum, traces) = Self.counted(limit: 2, Tensor.self) { $0.sum() }
    for count in [1, 2, 1, 3, 1] { #expect(sum(Tensor.ones([count])).item() == Double(count)) }
    // The plan for 2 went when that for 3 came, since 1 had been used after it.
    #expect(sum.cachedPlans == 2 && traces.count == 3)
    _ = sum(Tensor.ones([2]))
    #expect(sum.cachedPlans == 2 && traces.count == 4)
    #expect(compile(cacheLimit: 0) { (x: Tensor) in x }(Tensor.ones([1])).item() == 1)
  }

  @Test func invalidationForgetsAll() {
    let (sum, traces) = Self.counted(Tensor.self) { $0.sum() }
    for _ in 0..<2 {
      #expect(sum([1, 2]).item() == 3)
      #expect(sum.cachedPlans == 1)
      sum.invalidate()
      #expect(sum.cachedPlans == 0 && sum.plans.isEmpty)
    }
    #expect(traces.count == 2)
  }

  enum Mode: Sendable { case double, triple }
  /// Neither hashable nor without padding.
  struct Padded: Sendable {
    var flag: Bool
    var factor: Double
    var small: UInt8 = 1
  }
  enum Choice: Sendable {
    case none
    case times(Double)
    case named(String)
  }

  struct Options: TensorTree {
    var x: Tensor = [1, 2]
    var count = 1
    var flag = false
    var mode = Mode.double
    var name = "a"
    var limit: Double?
    var padded = Padded(flag: false, factor: 1)
    var choice = Choice.none
    var pair = (1, false)
    var list: [Int] = []
    var parts: [Tensor] = []
    var extra: Tensor?
    var table: [String: Tensor] = [:]
    var text: any Sendable & CustomStringConvertible = 0
    var function: @Sendable (Tensor) -> Tensor = relu
    var optionalFunction: (@Sendable (Tensor) -> Tensor)?
    let fixed = 3
  }

  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (inout Options) -> Void
    init(_ name: String, _ make: @escaping @Sendable (inout Options) -> Void) {
      (testDescription, self.make) = (name, make)
    }
  }

  static let changes = [
    Change("Int") { $0.count = 2 }, Change("Bool") { $0.flag = true },
    Change("enumeration") { $0.mode = .triple }, Change("String") { $0.name = "b" },
    Change("optional") { $0.limit = 0 }, Change("struct") { $0.padded.factor = 2 },
    Change("the last field of a struct") { $0.padded.small = 2 },
    Change("a case's value") { $0.choice = .times(2) },
    Change("a case's text") { $0.choice = .named("x") }, Change("tuple") { $0.pair.1 = true },
    Change("list") { $0.list = [1] }, Change("array of tensors") { $0.parts = [[1]] },
    Change("optional tensor") { $0.extra = [1] }, Change("dictionary") { $0.table = ["a": [1]] },
    Change("existential") { $0.text = "words" },
    Change("existential's value") { $0.text = 1 },
    Change("function") { $0.function = { -$0 } },
    Change("optional function") { $0.optionalFunction = { -$0 } },
  ]

  /// Every plain value counts, and padding does not.
  @Test(arguments: changes)
  func plainValuesMakePlans(_ change: Change) {
    let (function, traces) = Self.counted(Options.self) {
      let x = $0.function($0.x) * Double($0.count)
      return ($0.optionalFunction ?? { $0 })(x)
    }
    for garbage in [0, 0xFF] as [UInt8] {
      for _ in 0..<2 {
        var options = Self.options(over: garbage)
        _ = function(options)
        change.make(&options)
        _ = function(options)
      }
    }
    // A function literal is another one wherever it is written, but the same at each call.
    #expect(function.cachedPlans == 2 && traces.count == 2)
  }

  /// Options in memory that held other bytes before.
  @inline(never)
  private static func options(over garbage: UInt8) -> Options {
    let place = UnsafeMutablePointer<Options>.allocate(capacity: 1)
    defer { place.deallocate() }
    UnsafeMutableRawPointer(place).initializeMemory(
      as: UInt8.self, repeating: garbage, count: MemoryLayout<Options>.stride)
    place.initialize(to: Options())
    return place.move()
  }

  /// A function is what it captures.
  @Test func capturedValuesMakePlans() {
    struct Scaling: TensorTree {
      var x: Tensor = [1, 2]
      var function: @Sendable (Tensor) -> Tensor
      init(by factor: Double) { function = { $0 * factor } }
    }
    let (function, _) = Self.counted(Scaling.self) { $0.function($0.x) }
    for factor in [1.0, 2, 3, 2, 1] {
      #expect(function(Scaling(by: factor)).floats == [Float(factor), Float(2 * factor)])
    }
  }

  /// Layers without tensors are told apart by their types.
  @Test func layersOfASequenceAreToldApart() {
    let (function, _) = Self.counted(Sequential.self) { $0([-1, 2]) }
    #expect(function(Sequential([ReLU()])).floats == [0, 2])
    #expect(function(Sequential([LeakyReLU(slope: 0.5)])).floats == [-0.5, 2])
    #expect(function(Sequential([LeakyReLU(slope: 0.25)])).floats == [-0.25, 2])
    #expect(function(Sequential { abs }).floats == [1, 2])
    #expect(function(Sequential { neg }).floats == [1, -2])
    #expect(function(Sequential([ReLU(), ReLU()])).floats == [0, 2])
    #expect(function.cachedPlans == 6)
  }

  /// Numbers are no plain values: they change from call to call without another plan.
  @Test func numbersChangeWithoutAPlan() {
    struct Scaled: TensorTree {
      var x: Tensor = [1, 2]
      var factor: Number
    }
    let (function, traces) = Self.counted(Scaled.self) { $0.x.scaled(by: $0.factor * 2 + 1) }
    for factor in [1.0, 2, -3] {
      let y = function(Scaled(factor: Number(factor)))
      #expect(y.floats == [Float(2 * factor + 1), Float(4 * factor + 2)])
    }
    #expect(traces.count == 1)
  }

  /// The mode of training is part of what is traced.
  @Test func trainingModesHavePlansOfTheirOwn() {
    let layer = withRandomSeed(1) { Dropout(0.5) }
    let function = compile { (layer: Dropout, x: Tensor) in layer(x) }
    let x = Tensor.ones([64])
    for _ in 0..<2 {
      #expect(function(layer, x).floats == x.floats)
      #expect(withTraining(true) { function(layer, x) }.floats.contains(0))
      #expect(withTraining(false) { function(layer, x) }.floats == x.floats)
    }
    #expect(function.cachedPlans == 3)
  }
}

@Sendable private func neg(_ x: Tensor) -> Tensor { -x }
