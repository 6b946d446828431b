import Arrays
import CKernels

extension CPUBackend {
  /// The reference's numbers, made in parallel: every block of the output starts at its own place
  /// of the stream. The float32 numbers of dropout and of uniform weights have kernels; the rest is
  /// the reference's own code.
  package func random(
    _ distribution: RandomDistribution, key: UInt64, counter: UInt64, into output: NDArray
  ) {
    guard output.isContiguous else {
      return reference.random(distribution, key: key, counter: counter, into: output)
    }
    if output.dataType == .float32 {
      switch distribution {
      case .uniform(let lower, let upper) where Float(lower) < Float(upper):
        return uniform(
          from: Float(lower), to: Float(upper), key: key, counter: counter, into: output)
      case .bernoulli(let probability):
        return bernoulli(probability, key: key, counter: counter, into: output)
      default: break
      }
    }
    ThreadTeam.run(count: output.count, grain: Grain.libraryCall, unit: 4) { range in
      let part = output.view(
        Layout(shape: [range.count], strides: [1], offset: range.lowerBound))
      reference.random(
        distribution, key: key, counter: counter &+ UInt64(range.lowerBound / 4), into: part)
    }
  }

  private func uniform(
    from lower: Float, to upper: Float, key: UInt64, counter: UInt64, into output: NDArray
  ) {
    let y = output.pointer(as: Float.self)
    ThreadTeam.run(count: output.count, grain: Grain.cheap, unit: 4) { range in
      kernel_random_uniform_float32(
        key, counter &+ UInt64(range.lowerBound / 4), lower, upper, upper.nextDown,
        y + range.lowerBound, range.count)
    }
  }

  private func bernoulli(
    _ probability: Double, key: UInt64, counter: UInt64, into output: NDArray
  ) {
    // n · 2⁻²⁴ < p for a whole n is n < ⌈p · 2²⁴⌉; NaN and what is below 0 succeed never.
    let scaled = (probability * 0x1p24).rounded(.up)
    let threshold = scaled > 0 ? UInt32(min(scaled, 0x1p24)) : 0
    let y = output.pointer(as: Float.self)
    ThreadTeam.run(count: output.count, grain: Grain.cheap, unit: 4) { range in
      kernel_random_bernoulli_float32(
        key, counter &+ UInt64(range.lowerBound / 4), threshold, y + range.lowerBound, range.count)
    }
  }
}
