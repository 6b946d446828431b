import Arrays

// What has no kernel of its own.
extension CPUBackend {
  package func sort(
    _ input: NDArray, axis: Int, isDescending: Bool, values: NDArray?, indices: NDArray?
  ) {
    reference.sort(
      input, axis: axis, isDescending: isDescending, values: values, indices: indices)
  }
}
