import Arrays
import CKernels

extension kernel_adam_update {
  /// The numbers as the kernel takes them.
  package init(_ update: AdamUpdate) {
    self.init(
      learning_rate: update.learningRate, beta1: update.beta1, beta2: update.beta2,
      epsilon: update.epsilon, bias_correction1: update.biasCorrection1,
      bias_correction2: update.biasCorrection2, decay: update.decay,
      decoupled_decay: update.decoupledDecay, gradient_scale: update.gradientScale)
  }
}

extension CPUBackend {
  package func adam(
    _ update: AdamUpdate, numbers: NDArray?, parameter: NDArray, gradient: NDArray,
    firstMoment: NDArray, secondMoment: NDArray, largest: NDArray?
  ) {
    let update = numbers.map { AdamUpdate(update, numbers: $0) } ?? update
    var numbers = kernel_adam_update(update)
    let p = parameter.pointer(as: Float.self), g = gradient.pointer(as: Float.self)
    let m = firstMoment.pointer(as: Float.self), v = secondMoment.pointer(as: Float.self)
    let bound = largest?.pointer(as: Float.self)
    let count = parameter.count, grain = Grain.cheap / 2
    if count <= grain { return kernel_adam_float32(&numbers, p, g, m, v, bound, count) }
    withUnsafePointer(to: &numbers) { numbers in
      ThreadTeam.run(count: count, grain: grain) { range in
        let first = range.lowerBound
        kernel_adam_float32(
          numbers, p + first, g + first, m + first, v + first, bound.map { $0 + first },
          range.count)
      }
    }
  }

  package func addScaled(_ update: NDArray, scale: Float, to parameter: NDArray) {
    let x = update.pointer(as: Float.self), y = parameter.pointer(as: Float.self)
    ThreadTeam.run(count: parameter.count, grain: Grain.cheap) { range in
      kernel_add_scaled_float32(scale, x + range.lowerBound, y + range.lowerBound, range.count)
    }
  }
}
