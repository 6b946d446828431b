import Arrays

extension CPUBackend {
  /// The reference's numbers, made in parallel: every block of the output starts at its own place
  /// of the stream.
  package func random(
    _ distribution: RandomDistribution, key: UInt64, counter: UInt64, into output: NDArray
  ) {
    guard output.isContiguous else {
      return reference.random(distribution, key: key, counter: counter, into: output)
    }
    ThreadTeam.run(count: output.count, grain: Grain.libraryCall, unit: 4) { range in
      let part = output.view(
        Layout(shape: [range.count], strides: [1], offset: range.lowerBound))
      reference.random(
        distribution, key: key, counter: counter &+ UInt64(range.lowerBound / 4), into: part)
    }
  }
}
