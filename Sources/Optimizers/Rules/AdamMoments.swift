import Arrays
import Tensors

/// What Adam and AdamW have in common: running averages of the gradient and of its square.
struct AdamMoments: TensorTree {
  var beta1: Number
  var beta2: Double
  var epsilon: Double
  /// Whether the largest second moment so far takes the place of the current one.
  let isAMSGrad: Bool

  var slotNames: [String] {
    ["firstMoment", "secondMoment"] + (isAMSGrad ? ["largestSecondMoment"] : [])
  }

  func move(
    _ parameter: inout Tensor, along gradient: Tensor, slots: inout [Tensor], _ step: UpdateStep
  ) {
    guard parameter.dataType == .float32 else {
      compose(&parameter, gradient, &slots, step)
      return
    }
    let numbers = [
      step.learningRate, beta1, correction(roundedBeta1, step.number),
      correction(Number(Double(Float(beta2))), step.number), step.gradientScale,
    ]
    let areKnown = numbers.allSatisfy(\.isKnown)
    let known = areKnown ? numbers.map { Float($0.value) } : [0, 0, 0, 0, 0]
    let update = AdamUpdate(
      learningRate: known[0], beta1: known[1], beta2: Float(beta2), epsilon: Float(epsilon),
      biasCorrection1: known[2], biasCorrection2: known[3], decay: Float(step.l2Decay),
      decoupledDecay: Float(step.decoupledDecay), gradientScale: known[4])
    ThreadState.backend.adam(
      update, numbers: areKnown ? nil : stack(numbers.map { $0.tensor(.float32) }).array,
      parameter: parameter.ownedArray(), gradient: gradient.array.compacted(),
      firstMoment: slots[0].ownedArray(), secondMoment: slots[1].ownedArray(),
      largest: isAMSGrad ? slots[2].ownedArray() : nil)
  }

  /// The kernel's averages forget by the rounded betas, so their bias is that of the rounded ones.
  private var roundedBeta1: Number {
    beta1.isKnown ? Number(Double(Float(beta1.value))) : Number(beta1.tensor(.float32))
  }

  /// 1 − βᵗ.
  private func correction(_ beta: Number, _ number: Number) -> Number {
    1 - .power(beta, number)
  }

  /// The same in tensor operations, for float64.
  private func compose(
    _ parameter: inout Tensor, _ gradient: Tensor, _ slots: inout [Tensor], _ step: UpdateStep
  ) {
    let correction1 = correction(beta1, step.number)
    let correction2 = correction(Number(beta2), step.number)
    var (gradient, step) = (gradient, step)
    step.settle(&parameter, &gradient)
    slots[0] = slots[0].scaled(by: beta1) + gradient.scaled(by: 1 - beta1)
    slots[1] = slots[1] * beta2 + square(gradient) * (1 - beta2)
    if isAMSGrad { slots[2] = maximum(slots[2], slots[1]) }
    let root = sqrt(slots[isAMSGrad ? 2 : 1])
    let spread = root.scaled(by: 1 / correction2.squareRoot()) + epsilon
    parameter.add(slots[0] / spread, scaledBy: -(step.learningRate / correction1))
  }
}
