import Arrays

/// The mean and the biased variance (the mean squared distance from the mean) of `x` along `axes`,
/// which stay with length 1; constants to differentiation.
package func moments(of x: Tensor, along axes: [Int]) -> (mean: Tensor, variance: Tensor) {
  var shape = x.shape
  for axis in axes { shape[axis] = 1 }
  let mean = NDArray(uninitialized: Layout(contiguous: shape), x.dataType)
  let variance = NDArray(uninitialized: Layout(contiguous: shape), x.dataType)
  ThreadState.backend.moments(x.array, axes: axes, mean: mean, variance: variance)
  return (Tensor(mean), Tensor(variance))
}

/// (x − mean) / √(variance + ε) · scale + shift with the moments of `x` along `axes`; the
/// derivative includes that of the moments. `scale` and `shift` come together and have x's rank.
package func normalized(
  _ x: Tensor, along axes: [Int], scale: Tensor? = nil, shift: Tensor? = nil, epsilon: Double,
  moments known: (mean: Tensor, variance: Tensor)? = nil
) -> Tensor {
  if !x.dataType.isFloatingPoint {
    stop(
      "normalize", "needs floating-point numbers, found \(x.dataType); convert with to(.float32)",
      at: scale, shift)
  }
  let (mean, variance) = known ?? moments(of: x, along: axes)
  let primitive = NormalizePrimitive(
    axes: axes, epsilon: epsilon, isAffine: scale != nil, mean: mean.array,
    variance: variance.array)
  guard let scale, let shift else { return apply(primitive, [x]) }
  return apply(primitive, [x, scale, shift])
}
