import Arrays

extension ReferenceBackend {
  package func moments(_ input: NDArray, axes: [Int], mean: NDArray, variance: NDArray) {
    Moments(input: input, mean: mean, variance: variance).run(on: input.dataType)
  }

  package func normalize(
    _ input: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?, shift: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray
  ) {
    Normalization(
      input: input, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
      output: output
    ).run(on: input.dataType)
  }

  package func normalizeBackward(
    _ input: NDArray, cotangent: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray?, scaleCotangent: NDArray?,
    shiftCotangent: NDArray?
  ) {
    NormalizationBackward(
      input: input, cotangent: cotangent, mean: mean, variance: variance, scale: scale,
      epsilon: epsilon, output: output, scaleCotangent: scaleCotangent,
      shiftCotangent: shiftCotangent
    ).run(on: input.dataType)
  }
}

/// Two passes: the mean, then the average squared distance from it.
private struct Moments: FloatingPass {
  let input: NDArray
  let mean: NDArray
  let variance: NDArray
  var operationName: String { "moments" }

  func run<E: FloatingElement>(_ type: E.Type) {
    let count = Double(input.count) / Double(max(mean.count, 1))
    let source = input.pointer(as: E.self)
    let means = Accumulators(mean.shape, initial: 0.0)
    let variances = Accumulators(mean.shape, initial: 0.0)
    let walk = Traversal(input.shape, input.strides, means.stretchedStrides)
    walk.forEach { means.values[$0[1]] += source[$0[0]].wide }
    for i in 0..<mean.count { means.values[i] /= count }
    walk.forEach { place in
      let distance = source[place[0]].wide - means.values[place[1]]
      variances.values[place[1]] += distance * distance
    }
    means.store(into: mean, as: type)
    variances.store(into: variance, as: type) { $0 / count }
  }
}

private struct Normalization: FloatingPass {
  let input: NDArray
  let mean: NDArray
  let variance: NDArray
  let scale: NDArray?
  let shift: NDArray?
  let epsilon: Double
  let output: NDArray
  var operationName: String { "normalize" }

  func run<E: FloatingElement>(_ type: E.Type) {
    let absent = [Int](repeating: 0, count: input.rank)
    let x = input.pointer(as: E.self), y = output.pointer(as: E.self)
    let means = mean.pointer(as: E.self), variances = variance.pointer(as: E.self)
    let scales = scale?.pointer(as: E.self), shifts = shift?.pointer(as: E.self)
    Traversal(
      input.shape, input.strides, mean.stretchedStrides, variance.stretchedStrides,
      scale?.strides ?? absent, shift?.strides ?? absent, output.strides
    ).forEach { place in
      let deviation = (variances[place[2]].wide + epsilon).squareRoot()
      var value = (x[place[0]].wide - means[place[1]].wide) / deviation
      if let scales { value *= scales[place[3]].wide }
      if let shifts { value += shifts[place[4]].wide }
      y[place[5]] = E(narrowing: value)
    }
  }
}

private struct NormalizationBackward: FloatingPass {
  let input: NDArray
  let cotangent: NDArray
  let mean: NDArray
  let variance: NDArray
  let scale: NDArray?
  let epsilon: Double
  let output: NDArray?
  let scaleCotangent: NDArray?
  let shiftCotangent: NDArray?
  var operationName: String { "normalizeBackward" }

  func run<E: FloatingElement>(_ type: E.Type) {
    if let scaleCotangent { sum(into: scaleCotangent, type) { normalized, dy in dy * normalized } }
    if let shiftCotangent { sum(into: shiftCotangent, type) { _, dy in dy } }
    if let output { inputCotangent(into: output, type) }
  }

  /// Calls `body` with the normalized input, its cotangent, the scale, the deviation and the places
  /// in two more arrays, for every element.
  @inline(__always)
  private func forEach<E: FloatingElement>(
    _ type: E.Type, _ first: [Int], _ second: [Int],
    _ body: (_ values: Values, _ first: Int, _ second: Int) -> Void
  ) {
    let x = input.pointer(as: E.self), dy = cotangent.pointer(as: E.self)
    let means = mean.pointer(as: E.self), variances = variance.pointer(as: E.self)
    let scales = scale?.pointer(as: E.self)
    Traversal(
      input.shape, input.strides, cotangent.strides, mean.stretchedStrides,
      variance.stretchedStrides, scale?.strides ?? input.strides.map { _ in 0 }, first, second
    ).forEach { place in
      let deviation = (variances[place[3]].wide + epsilon).squareRoot()
      let values = Values(
        normalized: (x[place[0]].wide - means[place[2]].wide) / deviation,
        cotangent: dy[place[1]].wide, scale: scales.map { $0[place[4]].wide } ?? 1,
        deviation: deviation)
      body(values, place[5], place[6])
    }
  }

  private struct Values {
    let normalized: Double
    let cotangent: Double
    let scale: Double
    let deviation: Double
  }

  private func sum<E: FloatingElement>(
    into target: NDArray, _ type: E.Type, _ term: (Double, Double) -> Double
  ) {
    let totals = Accumulators(target.shape, initial: 0.0)
    forEach(type, totals.stretchedStrides, totals.stretchedStrides) { values, place, _ in
      totals.values[place] += term(values.normalized, values.cotangent)
    }
    totals.store(into: target, as: type)
  }

  private func inputCotangent<E: FloatingElement>(into output: NDArray, _ type: E.Type) {
    let count = Double(input.count) / Double(max(mean.count, 1))
    let plain = Accumulators(mean.shape, initial: 0.0)
    let weighted = Accumulators(mean.shape, initial: 0.0)
    let strides = plain.stretchedStrides
    forEach(type, strides, strides) { values, place, _ in
      let g = values.cotangent * values.scale
      plain.values[place] += g / count
      weighted.values[place] += g * values.normalized / count
    }
    let dx = output.pointer(as: E.self)
    forEach(type, strides, output.strides) { values, place, target in
      let g = values.cotangent * values.scale
      let centred = g - plain.values[place] - values.normalized * weighted.values[place]
      dx[target] = E(narrowing: centred / values.deviation)
    }
  }
}
