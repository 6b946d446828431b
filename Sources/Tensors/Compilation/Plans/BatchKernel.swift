import Arrays
import CKernels
import CPUBackend

/// Products of batches and loops over tiles, matrix by matrix.
final class BatchKernel: PlanKernel {
  private enum Step: Sendable {
    case product(BatchStep)
    case loop(PreparedTileProgram, TileSpace)
  }

  private let steps: [Step]
  private let count: Int
  /// Matrices that one block of the parallel loop takes.
  private let matricesOfBlock: Int

  /// Multiplications that a block has at least, and into how many blocks a loop is cut at most.
  private static let workOfBlock = 1 << 20
  private static let mostBlocks = 64

  init(_ chain: BatchChain, in graph: Graph, bases: [Int], storing stored: Set<Int>) {
    count = chain.count
    var bases = bases
    for case .product(let product, let target?) in chain.steps {
      bases[product.outputs[0].value] = bases[target]
    }
    steps = chain.steps.map { step in
      switch step {
      case .product(let product, let target): return .product(BatchStep(product, target: target))
      case .loop(let loop):
        let program = loop.program(in: graph, bases: bases, storing: stored)
        let prepared = PreparedTileProgram(
          program, over: loop.space, blocks: (loop.space.rows, loop.space.columns))
        return .loop(prepared, loop.space)
      }
    }
    let work = steps.reduce(1) {
      if case .product(let product) = $1 { $0 + product.work } else { $0 }
    }
    matricesOfBlock = max(
      1, min(BatchKernel.workOfBlock / work, count / 8),
      (count + BatchKernel.mostBlocks - 1) / BatchKernel.mostBlocks)
  }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    ThreadTeam.run(blocks: (count + matricesOfBlock - 1) / matricesOfBlock) { block in
      let first = block * matricesOfBlock
      for matrix in first..<min(first + matricesOfBlock, count) {
        for step in steps {
          switch step {
          case .product(let product): product.run(matrix, bases)
          case .loop(let program, let space):
            program.run(
              outer: matrix, rows: 0..<space.rows, columns: 0..<space.columns, bases: bases,
              scratch: nil)
          }
        }
      }
    }
  }
}

/// A product as a step of a chain.
private struct BatchStep: Sendable {
  private let product: PackedProduct
  private let a: FloatPlace
  private let b: FloatPlace
  private let c: FloatPlace

  init(_ instruction: Graph.Instruction, target: Int?) {
    let result = instruction.outputs[0]
    product = PackedProduct(instruction)
    a = FloatPlace(instruction.inputs[0])
    b = FloatPlace(instruction.inputs[1])
    c = FloatPlace(target ?? result.value, result.layout)
  }

  /// The multiplications of one matrix.
  var work: Int { product.m * product.n * product.k }

  func run(_ matrix: Int, _ bases: UnsafePointer<UnsafeMutableRawPointer>) {
    product.run(
      batch: matrix, a: a.pointer(bases), b: b.pointer(bases), c: c.pointer(bases),
      scratch: kernel_tile_workspace(max(product.batchScratchByteCount, 64)).unsafelyUnwrapped)
  }
}
