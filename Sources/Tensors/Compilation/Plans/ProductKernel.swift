import Arrays
import CPUBackend

/// A product of matrices whose right operand is packed, and what follows each block of its result
/// while that is in the cache.
final class ProductKernel: PlanKernel {
  private struct Place: Sendable {
    let value: Int
    let offset: Int

    init(_ value: Int, _ layout: Layout) {
      self.value = value
      offset = layout.offset
    }

    func address(
      _ bases: UnsafePointer<UnsafeMutableRawPointer>
    ) -> UnsafeMutablePointer<Float> {
      bases[value].assumingMemoryBound(to: Float.self) + offset
    }
  }

  private let product: PackedProduct
  private let a: Place
  private let b: Place
  private let bias: Place?
  private let result: Place
  private let program: PreparedTileProgram?

  init(
    _ instruction: Graph.Instruction, followedBy loop: ProductLoop? = nil, in graph: Graph,
    bases: [Int] = [], storing isStored: (Int) -> Bool = { _ in true }
  ) {
    let inputs = instruction.inputs.map { Place($0.value, $0.layout) }
    let output = instruction.outputs[0]
    a = inputs[0]
    b = inputs[1]
    bias = inputs.count > 2 ? inputs[2] : nil
    result = Place(loop?.target ?? output.value, output.layout)
    product = PackedProduct(instruction)
    guard let loop else {
      program = nil
      return
    }
    var bases = bases
    bases[output.value] = bases[result.value]
    let program = loop.loop.program(in: graph, bases: bases, storing: isStored)
    self.program = PreparedTileProgram(program, over: loop.loop.space, blocks: product.blockSize)
  }

  private var productScratch: Int { (product.scratchByteCount + 63) / 64 * 64 }

  var scratchByteCount: Int { productScratch + (program?.scratchByteCount ?? 0) }

  func run(_ bases: UnsafePointer<UnsafeMutableRawPointer>, scratch: UnsafeMutableRawPointer) {
    let own = product.scratchByteCount > 0 ? scratch : nil
    guard let program else {
      return product.run(
        a: a.address(bases), b: b.address(bases), c: result.address(bases),
        bias: bias.map { UnsafePointer($0.address(bases)) }, scratch: own)
    }
    let partials = scratch + productScratch
    product.run(
      a: a.address(bases), b: b.address(bases), c: result.address(bases),
      bias: bias.map { UnsafePointer($0.address(bases)) }, scratch: own
    ) { block in
      program.run(
        outer: 0, rows: block.rows, columns: block.columns, bases: bases, scratch: partials)
    }
    program.finish(bases: bases, scratch: partials)
  }
}

extension PackedProduct {
  /// The product that an instruction `product` or `batchedProduct` is.
  init(_ instruction: Graph.Instruction) {
    let (a, c) = (instruction.inputs[0].layout, instruction.outputs[0].layout)
    if case .batchedProduct(let scale) = instruction.operation {
      guard let batched = PackedProduct(a, instruction.inputs[1].layout, into: c, scale: scale)
      else { stop("compile: a product of batches whose matrices lie too far apart") }
      self = batched
      return
    }
    self.init(
      m: c.shape[0], n: c.shape[1], k: a.shape[1], aStrides: (a.strides[0], a.strides[1]),
      b: .packed, c: .rowMajor(stride: c.strides[0]))
  }
}
