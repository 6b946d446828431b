import Arrays

extension CPUBackend {
  package func argumentReduce(
    _ operation: ArgumentReduction, _ input: NDArray, axis: Int, into output: NDArray
  ) { reference.argumentReduce(operation, input, axis: axis, into: output) }
  package func scan(
    _ operation: ScanOperation, _ input: NDArray, axis: Int, isReversed: Bool,
    into output: NDArray
  ) { reference.scan(operation, input, axis: axis, isReversed: isReversed, into: output) }
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
