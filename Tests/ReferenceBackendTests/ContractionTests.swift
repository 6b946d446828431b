import Arrays
import Testing

struct ContractionTests {
  @Test(arguments: numericTypes)
  func multipliesMatrices(_ dataType: DataType) {
    let a = array([1, 2, 3, 4, 5, 6], [2, 3], dataType)
    let b = array([1, 0, 2, 1, 0, 3], [3, 2], dataType)
    let output = empty([2, 2], dataType)
    reference.matmul(a, b, bias: nil, into: output)
    #expect(values(output) == [5, 11, 14, 23])
    reference.matmul(a, b, bias: array([1, 2], [2], dataType), into: output)
    #expect(values(output) == [6, 13, 15, 25])
    let gram = empty([3, 3], dataType)
    reference.matmul(permuted(a, [1, 0]), a, bias: nil, into: gram)
    #expect(values(gram) == [17, 22, 27, 22, 29, 36, 27, 36, 45])
  }

  @Test func multipliesBatchesAndNothing() {
    let a = array([1, 2, 3, 4] as [Float], [2, 1, 2])
    let shared = array([1, 10] as [Float], [2, 1])
    let b = shared.view(Layout(shape: [2, 2, 1], strides: [0, 1, 1]))
    let output = empty([2, 1, 1], .float32)
    reference.matmul(a, b, bias: nil, into: output)
    #expect(values(output) == [21, 43])
    let zeros = empty([2, 2], .float32)
    reference.matmul(empty([2, 0], .float32), empty([0, 2], .float32), bias: nil, into: zeros)
    #expect(values(zeros) == [0, 0, 0, 0])
  }

  // Expected values from PyTorch's conv1d with 2 groups and its gradients.
  static let geometry = ConvolutionGeometry(
    stride: [2], dilation: [2], paddingLow: [2], paddingHigh: [2], groups: 2)
  static let input = (0..<36).map { Double($0 * 5 % 7) - 3 }
  static let weight = (0..<12).map { Double($0 * 3 % 5) - 2 }
  static let cotangent = (0..<10).map { Double($0 * 2 % 5) - 1 }
  static let result: [Double] = [-8, 6, 7, -6, 9, -2, 1, -3, 0, 2]
  static let inputCotangent: [Double] = [
    -3, 0, -4, 0, 2, 0, -7, 0, 2, 2, 0, 8, 0, -2, 0, -2, 0, 0, 2, 0, 0, 0, -1, 0, 8, 0, -2, 2, 0,
    -3, 0, -5, 0, 3, 0, -4,
  ]
  static let weightCotangent: [Double] = [-5, 16, 0, 13, -4, 2, -4, 4, -3, 7, -9, -1]

  @Test(arguments: floatingTypes)
  func convolves(_ dataType: DataType) {
    let x = array(Self.input, [1, 4, 9], dataType), w = array(Self.weight, [2, 2, 3], dataType)
    let dy = array(Self.cotangent, [1, 2, 5], dataType), g = Self.geometry
    let y = NDArray(uninitialized: Layout(channelsLast: [1, 2, 5]), dataType)
    reference.convolve(.forward, x, w, bias: array([1, -1], [2], dataType), geometry: g, into: y)
    #expect(values(y) == Self.result)
    let dx = NDArray(uninitialized: Layout(channelsLast: [1, 4, 9]), dataType)
    reference.convolve(.backwardInput, dy, w, bias: nil, geometry: g, into: dx)
    #expect(values(dx) == Self.inputCotangent)
    let dw = empty([2, 2, 3], dataType)
    reference.convolve(.backwardWeight, x, dy, bias: nil, geometry: g, into: dw)
    #expect(values(dw) == Self.weightCotangent)
  }

  @Test func convolvesThreeAxes() {
    let geometry = ConvolutionGeometry(
      stride: [1, 1, 1], dilation: [1, 1, 1], paddingLow: [0, 0, 0], paddingHigh: [0, 0, 1],
      groups: 1)
    let x = array((1...8).map(Float.init), [1, 1, 2, 2, 2])
    let w = array((1...8).map { Float($0) }, [1, 1, 2, 2, 2]), y = empty([1, 1, 1, 1, 2], .float32)
    reference.convolve(.forward, x, w, bias: nil, geometry: geometry, into: y)
    #expect(values(y) == [204, 100])
  }
}
