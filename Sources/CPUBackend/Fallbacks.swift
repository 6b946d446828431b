import Arrays

// Families that have no kernel of their own.
extension CPUBackend {
  package func sort(
    _ input: NDArray, axis: Int, isDescending: Bool, values: NDArray?, indices: NDArray?
  ) {
    reference.sort(
      input, axis: axis, isDescending: isDescending, values: values, indices: indices)
  }

  package func random(
    _ distribution: RandomDistribution, key: UInt64, counter: UInt64, into output: NDArray
  ) {
    reference.random(distribution, key: key, counter: counter, into: output)
  }
}
