import Arrays

// Reductions that are made of sums of squares and other powers. float16 and bfloat16 are widened on
// the way, so that only a result that is too large overflows.

extension Tensor {
  /// Σ(x − mean)² / max(n − correction, 0): the variance, of a sample by default (correction 1), of
  /// a whole population with correction 0.
  ///
  /// Where n ≤ correction the divisor is 0: NaN if all elements are equal, as a single one is, else
  /// ∞. NaN where there is no element.
  public func variance(correction: Double = 1) -> Tensor {
    variance(along: allAxes, correction: correction)
  }
  /// The variance along axes.
  public func variance(
    along axes: Int..., correction: Double = 1, keepingAxes: Bool = false
  ) -> Tensor {
    variance(along: axes, correction: correction, keepingAxes: keepingAxes)
  }
  /// The same for a list of axes.
  public func variance(
    along axes: [Int], correction: Double = 1, keepingAxes: Bool = false
  ) -> Tensor {
    let axes = Axes.require(axes, rank: rank, in: "variance")
    let count = Double(axes.reduce(1) { $0 * shape[$1] })
    let wide = widened()
    let center = wide - wide.mean(along: axes, keepingAxes: true)
    let sum = square(center).sum(along: axes, keepingAxes: keepingAxes)
    return (sum / Swift.max(count - correction, 0)).to(dataType)
  }

  /// The square root of the variance. Where all elements are equal, its derivative is taken as 0.
  public func standardDeviation(correction: Double = 1) -> Tensor {
    standardDeviation(along: allAxes, correction: correction)
  }
  /// The standard deviation along axes.
  public func standardDeviation(
    along axes: Int..., correction: Double = 1, keepingAxes: Bool = false
  ) -> Tensor {
    standardDeviation(along: axes, correction: correction, keepingAxes: keepingAxes)
  }
  /// The same for a list of axes.
  public func standardDeviation(
    along axes: [Int], correction: Double = 1, keepingAxes: Bool = false
  ) -> Tensor {
    let variance = widened().variance(
      along: axes, correction: correction, keepingAxes: keepingAxes)
    return flatPower(variance, 0.5).to(dataType)
  }

  /// (Σ|x|ᵖ)^(1/p) over all elements, the Euclidean norm by default; p = ∞ is the largest |x|,
  /// p = −∞ the smallest, p = 0 the number of elements that are not zero.
  ///
  /// The derivative is 0 where the norm is 0 and has none, which is a subgradient of a norm.
  public func norm(_ p: Double = 2) -> Tensor { norm(p, along: allAxes) }
  /// The norm along axes.
  public func norm(_ p: Double = 2, along axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let x = widened()
    func sum(_ terms: Tensor) -> Tensor { terms.sum(along: axes, keepingAxes: keepingAxes) }
    let norm =
      switch p {
      case 0: sum((x .!= 0).to(x.dataType))
      case 1: sum(abs(x))
      case 2: flatPower(sum(square(x)), 0.5)
      case .infinity: abs(x).max(along: axes, keepingAxes: keepingAxes)
      case -.infinity: abs(x).min(along: axes, keepingAxes: keepingAxes)
      case ..<0: pow(sum(pow(abs(x), p)), 1 / p)
      default: flatPower(sum(flatPower(abs(x), p)), 1 / p)
      }
    return norm.to(dataType)
  }
  /// The same for axes written out.
  public func norm(_ p: Double = 2, along axes: Int..., keepingAxes: Bool = false) -> Tensor {
    norm(p, along: axes, keepingAxes: keepingAxes)
  }

  /// xᵖ for x ≥ 0 and p > 0 with the derivative 0 at 0, where that of p < 1 has no bound.
  private func flatPower(_ x: Tensor, _ p: Double) -> Tensor {
    if !(p < 1) { return pow(x, p) }
    // The exponent acts on 1 in the place of 0, so that no ∞ · 0 arises on the way back.
    let isZero = x .== 0
    let positive = `where`(isZero, x.onesLike(), x)
    return `where`(isZero, x.zerosLike(), p == 0.5 ? sqrt(positive) : pow(positive, p))
  }
}
