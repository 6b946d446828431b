import Arrays

extension ReferenceBackend {
  package func adam(
    _ update: AdamUpdate, numbers: NDArray?, parameter: NDArray, gradient: NDArray,
    firstMoment: NDArray, secondMoment: NDArray, largest: NDArray?
  ) {
    let update = numbers.map { AdamUpdate(update, numbers: $0) } ?? update
    let p = parameter.pointer(as: Float.self), g = gradient.pointer(as: Float.self)
    let m = firstMoment.pointer(as: Float.self), v = secondMoment.pointer(as: Float.self)
    let maxima = largest?.pointer(as: Float.self)
    let (beta1, beta2) = (Double(update.beta1), Double(update.beta2))
    let rate = Double(update.learningRate)
    let correction2 = Double(update.biasCorrection2).squareRoot()
    for i in 0..<parameter.count {
      let slope =
        Double(g[i]) * Double(update.gradientScale) + Double(update.decay) * Double(p[i])
      let first = beta1 * Double(m[i]) + (1 - beta1) * slope
      var second = beta2 * Double(v[i]) + (1 - beta2) * slope * slope
      m[i] = Float(first)
      v[i] = Float(second)
      if let maxima {
        second = max(Double(maxima[i]), second)
        maxima[i] = Float(second)
      }
      let decayed = Double(p[i]) * (1 - rate * Double(update.decoupledDecay))
      let denominator = second.squareRoot() / correction2 + Double(update.epsilon)
      p[i] = Float(decayed - rate / Double(update.biasCorrection1) * first / denominator)
    }
  }

  package func addScaled(_ update: NDArray, scale: Float, to parameter: NDArray) {
    let source = update.pointer(as: Float.self), target = parameter.pointer(as: Float.self)
    for i in 0..<parameter.count {
      target[i] = Float(Double(target[i]) + Double(scale) * Double(source[i]))
    }
  }
}
