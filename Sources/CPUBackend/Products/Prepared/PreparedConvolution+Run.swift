import CKernels
import COneDNN

/// The arrays of a convolution, whichever of them is the result: memory as the description says.
package struct ConvolutionOperands {
  package var x: UnsafeMutableRawPointer
  package var weight: UnsafeMutableRawPointer
  package var y: UnsafeMutableRawPointer
  package var bias: UnsafePointer<Float>?
  /// May be y itself.
  package var residual: UnsafeRawPointer?

  package init(
    x: UnsafeMutableRawPointer, weight: UnsafeMutableRawPointer, y: UnsafeMutableRawPointer,
    bias: UnsafePointer<Float>? = nil, residual: UnsafeRawPointer? = nil
  ) {
    self.x = x
    self.weight = weight
    self.y = y
    self.bias = bias
    self.residual = residual
  }
}

extension PreparedConvolution {
  /// Computes what the direction says: y, x or weight from the other two.
  ///
  /// `prologue` is called before each part and `epilogue` after it, exactly once for each, on the
  /// thread that computes it and while the part's numbers are in that thread's cache; parts run in
  /// any order and at the same time. A prologue may write what the part reads and no other part
  /// does: nothing of x where images are cut into rows.
  package func run(
    _ operands: ConvolutionOperands, scratch: UnsafeMutableRawPointer?,
    prologue: ((ConvolutionPart) -> Void)? = nil, epilogue: ((ConvolutionPart) -> Void)? = nil
  ) {
    var inner = operands
    if plans[0].weightIsPlain || description.weightForm == .prepared {
      // Weights are taken, and a gradient of one part given, as they lie.
      if description.direction == .backwardWeight && parts.count > 1 { inner.weight = scratch! }
    } else {
      inner.weight = scratch!
      if description.direction != .backwardWeight {
        arrange(
          weight: UnsafePointer(operands.weight.assumingMemoryBound(to: Float.self)), into: scratch!
        )
      }
    }
    ThreadTeam.run(blocks: parts.count) { index in
      prologue?(parts[index])
      run(part: index, inner)
      epilogue?(parts[index])
    }
    if description.direction == .backwardWeight && inner.weight != operands.weight {
      addPartials(inner.weight, into: operands.weight)
    }
  }

  private func run(part index: Int, _ operands: ConvolutionOperands) {
    let part = parts[index], size = MemoryLayout<Float>.stride
    var weight = operands.weight
    if description.direction == .backwardWeight {
      weight += index * preparedWeightByteCount.roundedUpToLine
    }
    let y = operands.y + part.y.lowerBound * size
    if let residual = operands.residual, residual != UnsafeRawPointer(operands.y) {
      y.copyMemory(from: residual + part.y.lowerBound * size, byteCount: part.y.count * size)
    }
    check(
      onednn_convolution_execute(
        plans[index].handle, operands.x + part.x.lowerBound * size, weight, operands.bias, y))
  }

  /// Adds the parts' gradients, in order, and puts the sum into the result.
  private func addPartials(
    _ partials: UnsafeMutableRawPointer, into result: UnsafeMutableRawPointer
  ) {
    let count = preparedWeightByteCount / MemoryLayout<Float>.stride
    let step = preparedWeightByteCount.roundedUpToLine / MemoryLayout<Float>.stride
    let from = partials.assumingMemoryBound(to: Float.self)
    let takesSum = plans[0].weightIsPlain || description.weightForm == .prepared
    let sum = takesSum ? result.assumingMemoryBound(to: Float.self) : from
    if parts.count > 1 {
      ThreadTeam.run(count: count, grain: 16384, unit: 64) { range in
        kernel_sum_partials_float32(
          Int64(range.count), Int64(parts.count), from + range.lowerBound, Int64(step),
          sum + range.lowerBound)
      }
    }
    if !takesSum { restore(weight: partials, into: result.assumingMemoryBound(to: Float.self)) }
  }
}
