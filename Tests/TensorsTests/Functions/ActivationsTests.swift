import Arrays
import Tensors
import Testing

/// Activations, with values where careless formulas overflow.
@Suite struct ActivationsTests {
  @Test(arguments: elementwise + rows + extremes)
  func givesWhatNumPyGives(_ row: Row) { row.check() }

  static let elementwise = table {
    Row(
      "sigmoid of z", [9],
      [0, 2.06115369e-09, 0.182425529, 0.437823504, 0.5, 0.562176526, 0.817574501, 1, 1]
    ) {
      sigmoid(z)
    }
    Row("relu of odd", [6], [nan, inf, 0, 0, 0, 2]) { relu(odd) }
    Row(
      "leakyReLU of z", [9],
      [-10, -0.199999988, -0.0149999997, -0.00249999994, 0, 0.25, 1.5, 20, 1000]
    ) {
      leakyReLU(z)
    }
    Row("elu of z", [9], [-1, -1, -0.776869833, -0.221199214, 0, 0.25, 1.5, 20, 1000]) { elu(z) }
    Row("elu with alpha", [9], [-0.5, -0.5, -0.388434917, -0.110599607, 0, 0.25, 1.5, 20, 1000]) {
      elu(z, alpha: 0.5)
    }
    Row(
      "selu of z", [9],
      [
        -1.75809932, -1.75809932, -1.36581433, -0.388890207, 0, 0.262675256, 1.57605147, 21.014019,
        1050.70093,
      ]
    ) {
      selu(z)
    }
    Row(
      "gelu of z", [9],
      [0, 0, -0.100210801, -0.100323416, 0, 0.149676576, 1.39978921, 20, 1000]
    ) {
      gelu(z)
    }
    Row(
      "gelu by tanh", [9],
      [0, 0, -0.100428425, -0.100324646, 0, 0.149675354, 1.39957154, 20, 1000]
    ) {
      gelu(z, approximation: .tanh)
    }
    Row(
      "silu of z", [9],
      [0, -4.12230712e-08, -0.273638278, -0.109455876, 0, 0.140544131, 1.22636175, 20, 1000]
    ) {
      silu(z)
    }
    Row(
      "softplus of z", [9],
      [0, 2.06115369e-09, 0.201413274, 0.575939417, 0.693147182, 0.825939417, 1.70141327, 20, 1000]
    ) {
      softplus(z)
    }
    Row("hardSigmoid of z", [9], [0, 0, 0.25, 0.458333343, 0.5, 0.541666687, 0.75, 1, 1]) {
      hardSigmoid(z)
    }
    Row("hardSwish of z", [9], [0, 0, -0.375, -0.114583336, 0, 0.135416672, 1.125, 20, 1000]) {
      hardSwish(z)
    }
    Row("relu6 of z", [9], [0, 0, 0, 0, 0, 0.25, 1.5, 6, 6]) { relu6(z) }
    Row("relu6 of small numbers", [2], [1e-10, 1e-3]) { relu6([1e-10, 1e-3]) }
    Row("relu6 of odd", [6], [nan, 6, 0, 0, 0, 2]) { relu6(odd) }
    Row(
      "mish of z", [9],
      [0, -4.12230712e-08, -0.298099756, -0.129926965, 0, 0.169572413, 1.40337825, 20, 1000]
    ) {
      mish(z)
    }
    Row("prelu with one slope", [2, 3], [3, -0.25, 2, 0.5, -0.625, 4]) { prelu(y, slope: [0.25]) }
    Row("prelu with a slope for each channel", [2, 3], [3, -0.200000003, 2, 0.5, -0.5, 4]) {
      prelu(y, slope: [0.1, 0.2, 0.3])
    }
    Row("sigmoid of odd numbers", [6], [nan, 1, 0, 0.5, 0.268941432, 0.880797088]) { sigmoid(odd) }
    Row("tanh of odd numbers", [6], [nan, 1, -1, 0, -0.761594176, 0.964027584]) { tanh(odd) }
  }

  static let rows = table {
    Row(
      "softmax", [2, 3],
      [0.721399188, 0.0132128866, 0.265387923, 0.0292695165, 0.00145724334, 0.969273269]
    ) {
      softmax(y)
    }
    Row(
      "softmax along the first axis", [2, 3],
      [0.924141824, 0.817574501, 0.119202919, 0.0758581832, 0.182425529, 0.880797088]
    ) {
      softmax(y, along: 0)
    }
    Row(
      "logSoftmax", [2, 3],
      [-0.326562643, -4.3265624, -1.32656264, -3.53120875, -6.53120852, -0.0312087238]
    ) {
      logSoftmax(y)
    }
    Row(
      "logSoftmax along the first axis", [2, 3],
      [-0.078889735, -0.201413274, -2.12692809, -2.57888985, -1.70141327, -0.126928017]
    ) {
      logSoftmax(y, along: -2)
    }
    Row(
      "softmax of three axes", [1, 3, 2],
      [0.728880942, 0.00649794331, 0.268140316, 0.0291217621, 0.00297876983, 0.964380324]
    ) {
      softmax(y.reshaped(to: [1, 3, 2]), along: 1)
    }
  }

  static let extremes = table {
    Row("softmax of 10⁴ is exact", [2, 3], [0.5, 0.5, 0, 0, 0, 1]) { softmax(big) }
    Row("logSoftmax of −10⁴ is exact", [2, 3], [-10000, -10000, 0, 0, -10000, -20000]) {
      logSoftmax(-big)
    }
    Row("sigmoid of ±1000 is exact", [2], [0, 1]) { sigmoid(Tensor([-1000, 1000] as [Float])) }
    Row("softplus of ±1000 is exact", [2], [0, 1000]) {
      softplus(Tensor([-1000, 1000] as [Float]))
    }
    Row("softmax with −∞", [3], [0, 0.5, 0.5]) { softmax(Tensor([-.infinity, 0, 0] as [Float])) }
    Row("softmax with NaN", [2], [nan, nan]) { softmax(Tensor([.nan, 0] as [Float])) }
    Row("gelu of ±1000", [2], [0, 1000]) { gelu(Tensor([-1000, 1000] as [Float])) }
    Row("silu of ±1000", [2], [0, 1000]) { silu(Tensor([-1000, 1000] as [Float])) }
    Row("mish of ±1000", [2], [0, 1000]) { mish(Tensor([-1000, 1000] as [Float])) }
  }

  private static let z = Tensor([-1000, -20, -1.5, -0.25, 0, 0.25, 1.5, 20, 1000] as [Float])
  private static let odd = Tensor([.nan, .infinity, -.infinity, 0, -1, 2] as [Float])
  private static let y = Tensor([[3, -1, 2], [0.5, -2.5, 4]] as [[Float]])
  private static let big = Tensor([[1e4, 1e4, 0], [-1e4, 0, 1e4]] as [[Float]])
}
