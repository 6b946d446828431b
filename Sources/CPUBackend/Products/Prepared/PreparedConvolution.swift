import Arrays
import COneDNN

/// A float32 convolution made ready: implementations and memory layouts chosen, work cut into
/// parts. Immutable, so that any number of threads may run it at once, each with scratch memory of
/// its own.
///
/// Each part is computed by oneDNN on one thread. The parts follow from the shapes alone, and so do
/// the bits of the result. A weight's gradient is a sum over the batch: every part gives a partial
/// one, and these are added in order.
package final class PreparedConvolution: Sendable {
  package let description: ConvolutionDescription
  package let parts: [ConvolutionPart]
  /// Bytes of 64-byte aligned scratch memory that a run needs. Beside it every thread keeps, from
  /// run to run, what oneDNN works in: nothing for most convolutions of channels-last activations.
  package let scratchByteCount: Int
  /// Bytes of the weights, or of their gradient, in the form `prepared`.
  package var preparedWeightByteCount: Int { plans[0].weightByteCount }

  /// The implementation of each part.
  let plans: [ConvolutionPlan]

  /// Nil where oneDNN has no implementation.
  package init?(_ description: ConvolutionDescription) {
    self.description = description
    let inner = description.withAgreeingLayouts()
    let isEmpty = [inner.x, inner.weight, inner.y].contains { $0.contains(0) }
    let paddings = inner.geometry.paddingLow + inner.geometry.paddingHigh
    if isEmpty || paddings.contains(where: { $0 < 0 }) { return nil }
    guard let cut = PreparedConvolution.cut(inner) else { return nil }
    parts = cut.parts
    plans = cut.plans
    let plan = cut.plans[0]
    let copies: Int
    if description.weightForm == .prepared || plan.weightIsPlain {
      copies = description.direction == .backwardWeight && parts.count > 1 ? parts.count : 0
    } else {
      copies = description.direction == .backwardWeight ? parts.count : 1
    }
    scratchByteCount = copies * plan.weightByteCount.roundedUpToLine
  }

  private static let cache = RecentlyUsed<ConvolutionDescription, PreparedConvolution?>(
    capacity: 512)

  /// The convolution of a description, made at its first use; nil where oneDNN has none.
  package static func cached(_ description: ConvolutionDescription) -> PreparedConvolution? {
    cache.value(for: description) { PreparedConvolution(description) }
  }

  /// Parts that all want their weights alike, with their plans.
  private static func cut(
    _ description: ConvolutionDescription
  ) -> (parts: [ConvolutionPart], plans: [ConvolutionPlan])? {
    let cutting = ConvolutionCutting(description: description)
    func plans(_ parts: [ConvolutionPart]) -> [ConvolutionPlan]? {
      var plans: [ConvolutionPlan] = []
      for part in parts {
        guard let plan = ConvolutionPlan.plan(for: cutting.description(of: part)),
          plans.first?.agreesOnWeights(with: plan) ?? true
        else { return nil }
        plans.append(plan)
      }
      return plans
    }
    let rows = cutting.rowsOfPart
    if rows < description.y[2] {
      let parts = cutting.parts(rows: rows)
      if let plans = plans(parts) { return (parts, plans) }
    }
    // Parts of one length surely agree.
    let wanted = cutting.imagesOfPart
    for length in [wanted] + (1...wanted).reversed().filter({ description.x[0] % $0 == 0 }) {
      let parts = cutting.parts(images: length)
      if let plans = plans(parts) { return (parts, plans) }
    }
    return nil
  }

  /// The elements of the activations that a part writes, in the order of memory.
  package func elements(of part: ConvolutionPart) -> Range<Int> {
    description.direction == .backwardInput ? part.x : part.y
  }

  /// Whether weights in this convolution's prepared form are in the other's too.
  package func agreesOnWeights(with other: PreparedConvolution) -> Bool {
    plans[0].agreesOnWeights(with: other.plans[0])
  }

  /// Whether the prepared form of the weights is the plain one.
  package var takesPlainWeight: Bool { plans[0].weightIsPlain }

  /// Row-major weights to the prepared form, of `preparedWeightByteCount` bytes.
  package func arrange(
    weight plain: UnsafePointer<Float>, into prepared: UnsafeMutableRawPointer
  ) {
    if plans[0].weightIsPlain {
      prepared.copyMemory(from: plain, byteCount: preparedWeightByteCount)
    } else {
      check(onednn_convolution_arrange_weight(plans[0].handle, plain, prepared))
    }
  }

  /// The inverse.
  package func restore(
    weight prepared: UnsafeRawPointer, into plain: UnsafeMutablePointer<Float>
  ) {
    if plans[0].weightIsPlain {
      UnsafeMutableRawPointer(plain).copyMemory(
        from: prepared, byteCount: preparedWeightByteCount)
    } else {
      check(onednn_convolution_restore_weight(plans[0].handle, prepared, plain))
    }
  }

  func check(_ status: Int32) {
    if status != 0 {
      stop(
        "convolution: oneDNN failed with status \(status) on input \(Shape(description.x)), "
          + "weight \(Shape(description.weight))")
    }
  }
}
