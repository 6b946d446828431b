import Arrays
import Tensors
import Testing

/// How tensors print.
@Suite struct DescriptionTests {
  @Test(arguments: [
    (Tensor(Float(3)), "3."),
    (Tensor(2.5), "2.5000"),
    (Tensor(-7), "-7"),
    (Tensor(true), "true"),
    (Tensor([1, 2, 3] as [Float]), "[1., 2., 3.]"),
    (Tensor([1, -20, 300]), "[  1, -20, 300]"),
    (Tensor([true, false]), "[ true, false]"),
    (Tensor([1, 2.5, -0.125] as [Float]), "[ 1.0000,  2.5000, -0.1250]"),
    (Tensor([0.5, .nan, .infinity, -.infinity] as [Float]), "[0.5000,    nan,    inf,   -inf]"),
    (Tensor([1, .nan] as [Float]), "[ 1., nan]"),
    (Tensor([1e-9, 1] as [Double]), "[1.0000e-09, 1.0000e+00]"),
    (Tensor([1.5e10, -2e-3, 0] as [Double]), "[ 1.5000e+10, -2.0000e-03,  0.0000e+00]"),
    (Tensor([9.99999e-9] as [Double]), "[1.0000e-08]"),
    (Tensor([0.99999] as [Double]), "[1.0000]"),
    (Tensor([-0.00001, 0.5] as [Double]), "[-1.0000e-05,  5.0000e-01]"),
    (Tensor([] as [Float]), "[]"),
    (Tensor.zeros([2, 0]), "[[],\n []]"),
    (Tensor([[1, 2], [3, 4]] as [[Float]]), "[[1., 2.],\n [3., 4.]]"),
    (Tensor([[1, 2], [30, 4]]).transposed(), "[[ 1, 30],\n [ 2,  4]]"),
    (Tensor([[[1], [2]], [[3], [4]]] as [[[Float]]]), "[[[1.],\n  [2.]],\n\n [[3.],\n  [4.]]]"),
    (
      Tensor.range(0..<1001),
      "[   0,    1,    2, ...,  998,  999, 1000]"
    ),
    (
      Tensor.range(0..<1200, .float32).reshaped(to: [300, 4]),
      """
      [[   0.,    1.,    2.,    3.],
       [   4.,    5.,    6.,    7.],
       [   8.,    9.,   10.,   11.],
       ...,
       [1188., 1189., 1190., 1191.],
       [1192., 1193., 1194., 1195.],
       [1196., 1197., 1198., 1199.]]
      """
    ),
  ])
  func isAsExpected(_ tensor: Tensor, _ text: String) {
    #expect(tensor.description == text)
  }

  @Test func debugDescriptionNamesTypeAndShape() {
    #expect(
      Tensor([[1, 2]] as [[Float]]).debugDescription == "Tensor(float32 [1, 2])\n[[1., 2.]]")
  }

  @Test func everyElementTypePrints() {
    for dataType in DataType.allCases {
      let one = dataType == .bool ? "true" : dataType.isFloatingPoint ? "1." : "1"
      #expect(Tensor.ones([], dataType).description == one)
    }
  }
}
