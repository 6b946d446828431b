import Arrays
import CKernels
import COneDNN

/// The arrays of a convolution, whichever of them is the result: x, weight and bias row-major or
/// (x, y) channels-last, without gaps.
struct ConvolutionOperands {
  let x: NDArray
  let weight: NDArray
  let y: NDArray
  let bias: NDArray?
}

/// A float32 convolution cut into chunks of the batch, each computed by oneDNN on one thread.
///
/// The chunks follow from the shapes alone. A weight's gradient is a sum over the batch: every
/// chunk gives a partial one, and these are added in order.
struct ChunkedConvolution {
  private let direction: ConvolutionDirection
  private let operands: ConvolutionOperands
  private let chunkLength: Int
  private let chunkCount: Int
  /// For chunks of full length, and for the last one where it is shorter.
  private let plan: ConvolutionPlan
  private let lastPlan: ConvolutionPlan

  /// The multiplications that a chunk should have at least.
  private static let workOfChunk = 2 << 20
  private static let mostChunks = 32
  /// Bytes that partial gradients of the weights may take, and the most of them.
  private static let partialByteCount = 32 << 20
  private static let mostPartials = 16

  /// Nil where oneDNN has no implementation.
  init?(
    _ direction: ConvolutionDirection, _ operands: ConvolutionOperands,
    _ geometry: ConvolutionGeometry
  ) {
    self.direction = direction
    self.operands = operands
    let batch = operands.x.shape[0]
    let length = ChunkedConvolution.chunkLength(direction, operands)
    chunkLength = length
    chunkCount = (batch + length - 1) / length
    var key = ConvolutionKey(
      direction: direction, hasBias: operands.bias != nil,
      xIsChannelsLast: !ChunkedConvolution.isRowMajor(operands.x),
      yIsChannelsLast: !ChunkedConvolution.isRowMajor(operands.y),
      x: operands.x.shape.lengths, weight: operands.weight.shape.lengths,
      y: operands.y.shape.lengths, geometry: geometry)
    // Where only one channel or one place makes the two arrangements the same, take the other
    // operand's: oneDNN works fastest on two of a kind.
    if ChunkedConvolution.isBoth(operands.x) { key.xIsChannelsLast = key.yIsChannelsLast }
    if ChunkedConvolution.isBoth(operands.y) { key.yIsChannelsLast = key.xIsChannelsLast }
    func makePlan(images: Int) -> ConvolutionPlan? {
      key.x[0] = images
      key.y[0] = images
      return ConvolutionPlan.plan(for: key)
    }
    guard let plan = makePlan(images: length) else { return nil }
    self.plan = plan
    if batch % length == 0 {
      lastPlan = plan
    } else {
      guard let last = makePlan(images: batch % length) else { return nil }
      lastPlan = last
    }
  }

  private static func isRowMajor(_ array: NDArray) -> Bool {
    array.layout.hasSameStrides(as: Layout(contiguous: array.shape))
  }

  private static func isBoth(_ array: NDArray) -> Bool {
    isRowMajor(array) && array.layout.hasSameStrides(as: Layout(channelsLast: array.shape))
  }

  /// How many images a chunk has, save perhaps the last.
  private static func chunkLength(
    _ direction: ConvolutionDirection, _ operands: ConvolutionOperands
  ) -> Int {
    let batch = operands.x.shape[0]
    let outputChannels = operands.weight.shape[0]
    let work = operands.y.count / max(outputChannels, 1) * operands.weight.count
    var chunks = min(max(work / workOfChunk, 1), mostChunks, batch)
    if direction == .backwardWeight {
      let bytes = max(operands.weight.count * MemoryLayout<Float>.stride, 1)
      chunks = max(1, min(chunks, mostPartials, partialByteCount / bytes))
    }
    return (batch + chunks - 1) / chunks
  }

  /// Computes; returns false where oneDNN fails.
  func run() -> Bool {
    withExtendedLifetime(operands) {
      direction == .backwardWeight ? runBackwardWeight() : runOnActivations()
    }
  }

  private func plan(chunk: Int) -> ConvolutionPlan {
    chunk == chunkCount - 1 ? lastPlan : plan
  }

  private func runOnActivations() -> Bool {
    let weight = arrangedWeight(plan)
    let sharesWeight = onednn_convolution_weights_agree(plan.handle, lastPlan.handle) != 0
    let lastWeight = sharesWeight ? weight : arrangedWeight(lastPlan)
    withExtendedLifetime((weight, lastWeight)) {
      ThreadTeam.run(blocks: chunkCount) { chunk in
        execute(chunk, weight: (chunk == chunkCount - 1 ? lastWeight : weight).pointer)
      }
    }
    return true
  }

  private func runBackwardWeight() -> Bool {
    let sharesWeight = onednn_convolution_weights_agree(plan.handle, lastPlan.handle) != 0
    if !sharesWeight { return false }
    let bytes = plan.weightByteCount
    if chunkCount == 1 && plan.weightIsPlain {
      execute(0, weight: operands.weight.rawPointer)
      return true
    }
    let partials = Storage(byteCount: bytes * chunkCount)
    withExtendedLifetime(partials) {
      ThreadTeam.run(blocks: chunkCount) { chunk in
        execute(chunk, weight: partials.pointer + chunk * bytes)
      }
      addPartials(partials.pointer.assumingMemoryBound(to: Float.self))
    }
    return true
  }

  /// Adds the chunks' gradients, in order, and puts the sum into the result.
  private func addPartials(_ partials: UnsafeMutablePointer<Float>) {
    let count = plan.weightByteCount / MemoryLayout<Float>.stride
    let result = operands.weight.pointer(as: Float.self)
    let sum = plan.weightIsPlain ? result : partials
    if chunkCount > 1 {
      ThreadTeam.run(count: count, grain: 16384, unit: 64) { range in
        kernel_sum_partials_float32(
          Int64(range.count), Int64(chunkCount), partials + range.lowerBound, Int64(count),
          sum + range.lowerBound)
      }
    }
    if !plan.weightIsPlain {
      check(onednn_convolution_restore_weight(plan.handle, partials, result))
    }
  }

  /// The weights as a plan wants them.
  private func arrangedWeight(_ plan: ConvolutionPlan) -> Weight {
    if plan.weightIsPlain { return Weight(pointer: operands.weight.rawPointer, storage: nil) }
    let storage = Storage(byteCount: plan.weightByteCount)
    check(
      onednn_convolution_arrange_weight(
        plan.handle, operands.weight.pointer(as: Float.self), storage.pointer))
    return Weight(pointer: storage.pointer, storage: storage)
  }

  /// Weights, and what keeps them alive where they were rearranged.
  private struct Weight {
    let pointer: UnsafeMutableRawPointer
    let storage: Storage?
  }

  private func execute(_ chunk: Int, weight: UnsafeMutableRawPointer) {
    let plan = plan(chunk: chunk)
    let first = chunk * chunkLength
    let images = operands.x.shape[0]
    let xImage = operands.x.count / images * MemoryLayout<Float>.stride
    let yImage = operands.y.count / images * MemoryLayout<Float>.stride
    let workspace = Storage(byteCount: plan.workspaceByteCount)
    withExtendedLifetime(workspace) {
      check(
        onednn_convolution_execute(
          plan.handle, operands.x.rawPointer + first * xImage, weight,
          operands.bias?.pointer(as: Float.self), operands.y.rawPointer + first * yImage,
          workspace.pointer))
    }
  }

  private func check(_ status: Int32) {
    if status != 0 {
      stop(
        "convolution: oneDNN failed with status \(status) on input \(operands.x.shape), "
          + "weight \(operands.weight.shape)")
    }
  }
}
