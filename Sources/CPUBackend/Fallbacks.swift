import Arrays

extension CPUBackend {
  package func reduce(
    _ operation: ReductionOperation, _ input: NDArray, axes: [Int], into output: NDArray
  ) { reference.reduce(operation, input, axes: axes, into: output) }
  package func argumentReduce(
    _ operation: ArgumentReduction, _ input: NDArray, axis: Int, into output: NDArray
  ) { reference.argumentReduce(operation, input, axis: axis, into: output) }
  package func scan(
    _ operation: ScanOperation, _ input: NDArray, axis: Int, isReversed: Bool,
    into output: NDArray
  ) { reference.scan(operation, input, axis: axis, isReversed: isReversed, into: output) }
  package func pool(
    _ operation: PoolingOperation, _ input: NDArray, geometry: PoolingGeometry,
    indices: NDArray?, into output: NDArray
  ) { reference.pool(operation, input, geometry: geometry, indices: indices, into: output) }
  package func poolBackward(
    _ operation: PoolingOperation, _ outputCotangent: NDArray, indices: NDArray?,
    geometry: PoolingGeometry, into output: NDArray
  ) {
    reference.poolBackward(
      operation, outputCotangent, indices: indices, geometry: geometry, into: output)
  }
  package func moments(_ input: NDArray, axes: [Int], mean: NDArray, variance: NDArray) {
    reference.moments(input, axes: axes, mean: mean, variance: variance)
  }
  package func normalize(
    _ input: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?, shift: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray
  ) {
    reference.normalize(
      input, mean: mean, variance: variance, scale: scale, shift: shift, epsilon: epsilon,
      axes: axes, into: output)
  }
  package func normalizeBackward(
    _ input: NDArray, cotangent: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray?, scaleCotangent: NDArray?,
    shiftCotangent: NDArray?
  ) {
    reference.normalizeBackward(
      input, cotangent: cotangent, mean: mean, variance: variance, scale: scale,
      epsilon: epsilon, axes: axes, into: output, scaleCotangent: scaleCotangent,
      shiftCotangent: shiftCotangent)
  }
  package func take(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray) {
    reference.take(input, indices: indices, axis: axis, into: output)
  }
  package func put(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) { reference.put(operation, updates, indices: indices, axis: axis, into: output) }
  package func takeAlongAxis(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray) {
    reference.takeAlongAxis(input, indices: indices, axis: axis, into: output)
  }
  package func putAlongAxis(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) { reference.putAlongAxis(operation, updates, indices: indices, axis: axis, into: output) }
  package func sort(
    _ input: NDArray, axis: Int, isDescending: Bool, values: NDArray?, indices: NDArray?
  ) {
    reference.sort(
      input, axis: axis, isDescending: isDescending, values: values, indices: indices)
  }
  package func random(
    _ distribution: RandomDistribution, key: UInt64, counter: UInt64, into output: NDArray
  ) { reference.random(distribution, key: key, counter: counter, into: output) }
}
