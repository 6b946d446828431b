import Arrays
import CPUBackend

/// A product of matrices whose right operand is packed, and what follows each block of its result
/// while that is in the cache.
final class ProductKernel: PlanKernel {
  private let product: PackedProduct
  private let a: FloatPlace
  private let b: FloatPlace
  private let bias: FloatPlace?
  private let result: FloatPlace
  private let program: PreparedTileProgram?

  init(
    _ instruction: Graph.Instruction, followedBy loop: ProductLoop? = nil, in graph: Graph,
    bases: [Int] = [], storing stored: Set<Int> = []
  ) {
    let inputs = instruction.inputs.map { FloatPlace($0) }
    let output = instruction.outputs[0]
    a = inputs[0]
    b = inputs[1]
    bias = inputs.count > 2 ? inputs[2] : nil
    let target = loop?.target ?? output.value
    result = FloatPlace(target, output.layout)
    product = PackedProduct(instruction)
    guard let loop else {
      program = nil
      return
    }
    var bases = bases
    bases[output.value] = bases[target]
    let program = loop.loop.program(in: graph, bases: bases, storing: stored)
    self.program = PreparedTileProgram(program, over: loop.loop.space, blocks: product.blockSize)
  }

  private var productScratch: Int { product.scratchByteCount.roundedUpToLine }

  var scratchByteCount: Int { productScratch + (program?.scratchByteCount ?? 0) }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    let partials = scratch + productScratch
    func finish(_ block: PackedProduct.Block) {
      program?.run(
        outer: 0, rows: block.rows, columns: block.columns, bases: bases, scratch: partials)
    }
    product.run(
      a: a.pointer(bases), b: b.pointer(bases), c: result.pointer(bases),
      bias: bias.map { UnsafePointer($0.pointer(bases)) },
      scratch: product.scratchByteCount > 0 ? scratch : nil,
      epilogue: program == nil ? nil : finish)
    program?.finish(bases: bases, scratch: partials)
  }
}

extension PackedProduct {
  /// The product that an instruction `product` is.
  init(_ instruction: Graph.Instruction) {
    let (a, c) = (instruction.inputs[0].layout, instruction.outputs[0].layout)
    self.init(
      m: c.shape[0], n: c.shape[1], k: a.shape[1], aStrides: (a.strides[0], a.strides[1]),
      b: .packed, c: .rowMajor(stride: c.strides[0]))
  }
}
