import Myelin
import Testing

/// What cannot be traced stops the program, with words that say what to do.
@Suite struct TracingMistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let name: String
    let message: String
    let make: @Sendable () -> Void

    init(_ name: String, _ message: String, _ make: @escaping @Sendable () -> Void) {
      (self.name, self.message, self.make) = (name, message, make)
    }

    var testDescription: String { name }
  }

  /// Each runs in a process of its own, which must stop.
  @Test(arguments: mistakes.indices)
  func stopsWithAMessage(_ index: Int) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index] in
      TracingMistakeTests.mistakes[index].make()
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    let message = Self.mistakes[index].message
    #expect(text.contains(message + "\n"), "expected \"\(message)\", found:\n\(text)")
  }

  private static func unknown(_ operation: String, _ tensor: String) -> String {
    "\(operation): the numbers of this \(tensor) are not known while compile traces a step, only "
      + "when the step runs; return the tensor from the step, or compute with tensors"
  }

  private static let x = Tensor.ones([2, 3])

  private static func trace(_ body: @escaping @Sendable (Tensor) -> Tensor) -> @Sendable () -> Void
  {
    { _ = compile(body)(x) }
  }

  static let mistakes = numbers + choices + streams + whenRun

  private static let numbers = [
    Mistake("item", unknown("item", "float32 []"), trace { Tensor($0.sum().item()) }),
    Mistake("item of int64", unknown("item", "int64 []"), trace { Tensor($0.argmax().item()) }),
    Mistake(
      "scalars", unknown("scalars", "float32 [2, 3]"), trace { Tensor($0.scalars(as: Float.self)) }),
    Mistake("Double", unknown("item", "float32 []"), trace { Tensor(Double($0.mean())) }),
    Mistake("Float", unknown("item", "float32 []"), trace { Tensor(Float($0.mean())) }),
    Mistake(
      "a condition", unknown("item", "bool []"),
      trace { ($0 .> 0).all().item() == 1 ? $0 : -$0 }),
    Mistake(
      "a loss inside a gradient closure", unknown("item", "float32 []"),
      trace { x in
        gradient(of: x) { x in
          let loss = square(x).sum()
          return loss.item() > 1 ? loss : loss * 2
        }
      }),
    Mistake(
      "globalNorm", unknown("Number.value", "float64 []"),
      trace { $0 * globalNorm(of: ["x": $0]) }),
    Mistake(
      "a learning rate",
      unknown("Number.value", "float64 []")
    ) {
      var rule = SGD(learningRate: 1)
      compile { (rule: inout SGD) in rule.learningRate *= 0.5 }(&rule)
    },
    Mistake("the number of a step", unknown("Number.value", "float64 []")) {
      var rule = SGD(learningRate: 1)
      _ = compile { (rule: inout SGD) -> Tensor in Tensor(rule.state.step) }(&rule)
    },
  ]

  private static let choices = [
    Mistake(
      "a shape", unknown("item", "int64 []"),
      trace { Tensor.zeros([Int($0.argmax().item())]) }),
    Mistake(
      "a count of repetitions", unknown("scalars", "int64 [3]"),
      trace { x in
        var sum = x
        for index in x.argmax(along: 0).scalars(as: Int.self) { sum = sum + x[0, index] }
        return sum
      }),
  ]

  private static func draw(_ body: @escaping @Sendable (inout RandomSource) -> UInt64)
    -> @Sendable () -> Void
  {
    {
      var random = RandomSource(seed: 1)
      _ = compile { (random: inout RandomSource) in
        Tensor(Int64(bitPattern: body(&random)))
      }(&random)
    }
  }

  private static let streams = [
    Mistake("a seed", unknown("RandomSource.seed", "int64 [2]"), draw { $0.seed }),
    Mistake("a position", unknown("RandomSource.position", "int64 [2]"), draw { $0.position }),
    Mistake("a seed drawn", unknown("RandomSource.nextSeed", "int64 [2]"), draw { $0.nextSeed() }),
    Mistake(
      "a layer made in a step",
      "compile: the program's random stream is used in a step; it would give the same numbers at "
        + "every call: make the layer outside, or give the step a RandomSource",
      trace { Linear(3, 2)($0) }),
  ]

  /// What eager code checks before it computes, a compiled step checks when it runs.
  private static let whenRun = [
    Mistake(
      "an index", "take: index 3 lies outside an axis of length 3"
    ) { _ = compile { (x: Tensor, i: Tensor) in x.take(i, along: 1) }(x, Tensor([0, 3])) },
    Mistake(
      "a label", "crossEntropy: label 5 at place 1 is none of the 3 classes"
    ) { _ = compile { (x: Tensor, y: Tensor) in crossEntropy(x, y) }(x, Tensor([0, 5])) },
    Mistake(
      "shapes",
      "+: shapes [2, 3] and [4] do not broadcast: paired from the last axis, lengths must be "
        + "equal or 1",
      trace { $0 + Tensor.ones([4]) }),
  ]

  /// Printing says that the numbers are not there yet, and stops nothing.
  @Test func aTracedTensorDescribesItself() {
    let words = Words()
    let step = compile { (x: Tensor) -> Tensor in
      let y = x * 2
      words.add("\(y)")
      words.add(y.debugDescription)
      return y
    }
    _ = step(Tensor.ones([2, 3]))
    #expect(
      words.all == [
        "float32 [2, 3], computed when the compiled step runs",
        "Tensor(float32 [2, 3])\nfloat32 [2, 3], computed when the compiled step runs",
      ])
  }
}
