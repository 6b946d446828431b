import Arrays
import Tensors
import Testing

/// Functions of one number, with their values at the ends of their domains.
@Suite struct MathematicsTests {
  @Test(arguments: roots + exponentials + trigonometry)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let roots = table {
    Row("abs of odd", [6], [nan, inf, inf, 0, 1, 2]) { abs(odd) }
    Row("sign of odd", [6], [nan, 1, -1, 0, -1, 1]) { sign(odd) }
    Row("square of odd", [6], [nan, inf, inf, 0, 1, 4]) { square(odd) }
    Row("sqrt of odd", [6], [nan, inf, nan, 0, nan, 1.41421354]) { sqrt(odd) }
    Row("rsqrt of odd", [6], [nan, 0, nan, inf, nan, 0.707106769]) { rsqrt(odd) }
    Row("reciprocal of odd", [6], [nan, 0, 0, inf, -1, 0.5]) { reciprocal(odd) }
    Row("floor of halves", [8], [-3, -2, -1, 0, 1, 2, -1, 0]) { floor(halves) }
    Row("ceil of halves", [8], [-2, -1, 0, 1, 2, 3, 0, 1]) { ceil(halves) }
    Row("round of halves", [8], [-2, -2, 0, 0, 2, 2, 0, 1]) { round(halves) }
    Row("floor of odd", [6], [nan, inf, -inf, 0, -1, 2]) { floor(odd) }
  }

  static let exponentials = table {
    Row("exp of odd", [6], [nan, inf, 0, 1, 0.367879421, 7.38905573]) { exp(odd) }
    Row(
      "exp of y", [2, 3],
      [20.085537, 0.367879421, 7.38905573, 1.64872122, 0.0820850059, 54.5981483]
    ) {
      exp(y)
    }
    Row(
      "exp of z", [9],
      [0, 2.06115369e-09, 0.223130167, 0.778800786, 1, 1.28402543, 4.48168898, 485165184, inf]
    ) {
      exp(z)
    }
    Row("expm1 of odd", [6], [nan, inf, -1, 0, -0.63212055, 6.38905621]) { expm1(odd) }
    Row("expm1 near 0", [2], [1.00000008e-07, -9.99999941e-08]) {
      expm1(Tensor([1e-7, -1e-7] as [Float]))
    }
    Row("log of odd", [6], [nan, inf, nan, -inf, nan, 0.693147182]) { log(odd) }
    Row("log1p of odd", [6], [nan, inf, nan, 0, -inf, 1.09861231]) { log1p(odd) }
    Row("log1p near 0", [2], [9.99999941e-08, -1.00000008e-07]) {
      log1p(Tensor([1e-7, -1e-7] as [Float]))
    }
  }

  static let trigonometry = table {
    Row(
      "sin of y", [2, 3],
      [0.141120002, -0.841471016, 0.909297407, 0.47942555, -0.598472178, -0.756802499]
    ) {
      sin(y)
    }
    Row(
      "cos of y", [2, 3],
      [-0.989992499, 0.540302277, -0.416146815, 0.87758255, -0.801143587, -0.653643608]
    ) {
      cos(y)
    }
    Row(
      "tan of y", [2, 3],
      [-0.142546535, -1.55740774, -2.18504, 0.546302497, 0.747022271, 1.15782118]
    ) {
      tan(y)
    }
    Row(
      "atan of y", [2, 3],
      [1.24904573, -0.785398185, 1.10714877, 0.463647604, -1.19028997, 1.3258177]
    ) {
      atan(y)
    }
    Row(
      "sinh of y", [2, 3],
      [10.0178747, -1.17520118, 3.62686038, 0.521095276, -6.05020428, 27.289917]
    ) {
      sinh(y)
    }
    Row(
      "cosh of y", [2, 3],
      [10.0676613, 1.54308069, 3.76219559, 1.12762606, 6.13228989, 27.3082352]
    ) {
      cosh(y)
    }
    Row(
      "asinh of y", [2, 3],
      [1.81844652, -0.881373584, 1.44363546, 0.481211811, -1.6472311, 2.0947125]
    ) {
      asinh(y)
    }
    Row("asin of unit", [5], [-1.57079637, -0.848062158, 0, 0.52359879, 1.57079637]) { asin(unit) }
    Row("acos of unit", [5], [3.14159274, 2.41885853, 1.57079637, 1.04719758, 0]) { acos(unit) }
    Row("atanh of unit", [5], [-inf, -0.972955048, 0, 0.549306154, inf]) { atanh(unit) }
    Row("acosh of odd", [6], [nan, inf, nan, nan, nan, 1.31695795]) { acosh(odd) }
    Row("sin of odd", [6], [nan, nan, nan, 0, -0.841471016, 0.909297407]) { sin(odd) }
    Row("erf of z", [9], [-1, -1, -0.966105163, -0.276326388, 0, 0.276326388, 0.966105163, 1, 1]) {
      erf(z)
    }
    Row("tanh of z", [9], [-1, -1, -0.905148208, -0.244918659, 0, 0.244918659, 0.905148208, 1, 1]) {
      tanh(z)
    }
    Row("atan of odd", [6], [nan, 1.57079637, -1.57079637, 0, -0.785398185, 1.10714877]) {
      atan(odd)
    }
    Row("asin of odd", [6], [nan, nan, nan, 0, -1.57079637, nan]) { asin(odd) }
  }

  private static let y = Tensor([[3, -1, 2], [0.5, -2.5, 4]] as [[Float]])
  private static let odd = Tensor([.nan, .infinity, -.infinity, 0, -1, 2] as [Float])
  private static let z = Tensor([-1000, -20, -1.5, -0.25, 0, 0.25, 1.5, 20, 1000] as [Float])
  private static let halves = Tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -0.2, 0.7] as [Float])
  private static let unit = Tensor([-1, -0.75, 0, 0.5, 1] as [Float])
}
