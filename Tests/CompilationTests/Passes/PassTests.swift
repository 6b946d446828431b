import Arrays
import Myelin
import Tensors
import TestSupport
import Testing

/// A pass of the pipeline by its name.
struct Pass: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let run: @Sendable (inout Graph) -> Void

  static let all = [
    Pass(testDescription: "forwardCopies") { $0.forwardCopies() },
    Pass(testDescription: "forwardViews") { $0.forwardViews() },
    Pass(testDescription: "foldConstants") { $0.foldConstants() },
    Pass(testDescription: "removeDeadCode") { $0.removeDeadCode() },
    Pass(testDescription: "mergeCommonSubexpressions") { $0.mergeCommonSubexpressions() },
    Pass(testDescription: "simplifyAlgebra") { $0.simplifyAlgebra() },
    Pass(testDescription: "gatherSlices") { $0.gatherSlices() },
    Pass(testDescription: "joinProducts") { $0.joinProducts() },
    Pass(testDescription: "decompose") { $0.decompose() },
    Pass(testDescription: "batchProducts") { $0.batchProducts() },
    Pass(testDescription: "spreadRows") { $0.spreadRows() },
    Pass(testDescription: "fuseScalarsAndUpdates") { $0.fuseScalarsAndUpdates() },
    Pass(testDescription: "fuseTiles") { $0.fuseTiles() },
  ]
}

/// Each pass leaves what a graph means as it is, and does what it is for.
@Suite struct PassTests {
  @Test(arguments: Pass.all) func keepsWhatGraphsMean(_ pass: Pass) {
    for seed in 0..<60 {
      let program = RandomProgram(seed: UInt64(9000 + seed), length: 10, hasLoops: false)
      let arguments = Array(program.arguments.dropLast())
      let indices = program.arguments.suffix(1)
      let graph = traced(arguments.map(\.shape)) { floats in
        [program.loss(floats + indices)]
          + program.run(floats + indices).results.filter { $0.dataType == .float32 }
      }
      let expected = GraphEvaluator.run(graph, arguments)
      let actual = GraphEvaluator.run(graph.after(pass.run), arguments)
      for (actual, expected) in zip(actual, expected) {
        let scale = expected.map(abs).max() ?? 0
        expectClose(
          actual: actual, expected: expected, shape: [expected.count],
          absolute: 1e-5 + 1e-4 * Double(scale), relative: 1e-4, "seed \(program.seed)")
      }
    }
  }

  @Test func deadCodeGoes() {
    let graph = traced([[4]]) { x in
      _ = exp(x[0])
      return [tanh(x[0])]
    }
    #expect(graph.instructions.count == 2)
    #expect(graph.after { $0.removeDeadCode() }.instructions.map(\.operation) == [.unary(.tanh)])
  }

  @Test func checksOfNumbersStay() {
    let graph = traced([[4, 2]]) { x in
      let check = IndexCheck(length: 3, operation: "test", kind: .index)
      _ = check.settledWhenRun(x[0].to(.int64))
      return [x[0] + 1]
    }
    #expect(graph.after { $0.removeDeadCode() }.count { $0.hasEffect } == 1)
  }

  @Test func commonSubexpressionsAreComputedOnce() {
    let graph = traced([[4]]) { x in [exp(x[0]) + 1, exp(x[0]) * 2] }
    let merged = graph.after { $0.mergeCommonSubexpressions() }
    #expect(merged.count { $0 == .unary(.exp) } == 1)
  }

  @Test func constantsAreComputedBefore() {
    let graph = traced([[3]]) { x in [x[0] * (Tensor([1, 2, 3] as [Float]) + 1)] }
    let folded = graph.after {
      $0.foldConstants()
      $0.removeDeadCode()
    }
    #expect(folded.instructions.map(\.operation) == [.binary(.multiply)])
  }

  static let algebra: [(String, @Sendable (Tensor) -> Tensor, Int)] = [
    ("x · 1", { $0 * 1 }, 0), ("x / 1", { $0 / 1 }, 0), ("−(−x)", { -(-$0) }, 0),
    ("relu(relu(x))", { relu(relu($0)) }, 1), ("x − 0", { $0 - 0 }, 0),
    // −0 + 0 is +0: not the same bits.
    ("x + 0", { $0 + 0 }, 1),
  ]

  @Test(arguments: algebra.map(\.0))
  func algebraThatChangesNoBit(_ name: String) throws {
    let (_, function, count) = try #require(PassTests.algebra.first { $0.0 == name })
    let graph = traced([[4]]) { [function($0[0]) + $0[0]] }
    let simplified = graph.after {
      for _ in 0..<2 {
        $0.foldConstants()
        $0.simplifyAlgebra()
        $0.forwardViews()
        $0.forwardCopies()
        $0.removeDeadCode()
      }
    }
    #expect(simplified.instructions.count == count + 1)
  }

  @Test func transposesAreViews() {
    let graph = traced([[3, 4], [5, 4]]) { x in [matmul(x[0], x[1].transposed())] }
    #expect(graph.instructions.count == 1)
  }
}
