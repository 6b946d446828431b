import Arrays
import CPUBackend
import Testing

/// The sizes of a convolution to test.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
  var name: String
  var batch: Int
  var inputChannels: Int
  var outputChannels: Int
  var input: [Int]
  var kernel: [Int]
  var geometry: ConvolutionGeometry

  init(
    _ name: String, batch: Int = 2, channels: (Int, Int), input: [Int], kernel: [Int],
    stride: Int = 1, dilation: Int = 1, low: Int = 0, high: Int? = nil, groups: Int = 1
  ) {
    self.name = name
    self.batch = batch
    inputChannels = channels.0
    outputChannels = channels.1
    self.input = input
    self.kernel = kernel
    func each(_ value: Int) -> [Int] { input.map { _ in value } }
    geometry = ConvolutionGeometry(
      stride: each(stride), dilation: each(dilation), paddingLow: each(low),
      paddingHigh: each(high ?? low), groups: groups)
  }

  var testDescription: String { name }

  var x: Shape { Shape([batch, inputChannels] + input) }
  var weight: Shape { Shape([outputChannels, inputChannels / geometry.groups] + kernel) }
  var y: Shape {
    Shape([batch, outputChannels] + geometry.outputLengths(input: input, kernel: kernel))
  }

  static let all = [
    ConvolutionCase("1×1", channels: (3, 5), input: [4, 6], kernel: [1, 1]),
    ConvolutionCase("one channel", channels: (1, 32), input: [8, 8], kernel: [3, 3]),
    ConvolutionCase("to one channel", channels: (16, 1), input: [8, 8], kernel: [3, 3]),
    ConvolutionCase("padded", channels: (16, 32), input: [9, 7], kernel: [3, 3], low: 1),
    ConvolutionCase("strided", channels: (5, 7), input: [9, 10], kernel: [3, 2], stride: 2),
    ConvolutionCase("dilated", channels: (4, 6), input: [11, 9], kernel: [3, 3], dilation: 2),
    ConvolutionCase(
      "asymmetric", channels: (4, 6), input: [8, 9], kernel: [3, 4], stride: 2, low: 0, high: 2),
    ConvolutionCase(
      "all at once", batch: 3, channels: (8, 4), input: [13, 12], kernel: [3, 3], stride: 3,
      dilation: 2, low: 2, high: 1, groups: 2),
    ConvolutionCase(
      "depthwise", channels: (20, 20), input: [8, 8], kernel: [3, 3], low: 1, groups: 20),
    ConvolutionCase(
      "depthwise, doubled", channels: (6, 12), input: [8, 8], kernel: [3, 3], groups: 6),
    ConvolutionCase("one axis", channels: (3, 8), input: [21], kernel: [5], stride: 2, low: 2),
    ConvolutionCase(
      "one axis, grouped", channels: (4, 8), input: [21], kernel: [3], dilation: 3, groups: 4),
    ConvolutionCase(
      "three axes", channels: (3, 8), input: [5, 6, 7], kernel: [3, 2, 3], stride: 2, low: 1),
    ConvolutionCase(
      "three axes, grouped", channels: (4, 8), input: [5, 6, 7], kernel: [2, 2, 2], groups: 2),
    ConvolutionCase("places unused", channels: (2, 3), input: [6, 6], kernel: [1, 1], stride: 4),
    ConvolutionCase(
      "chunks of two lengths", batch: 67, channels: (16, 16), input: [16, 16], kernel: [3, 3],
      low: 1),
    ConvolutionCase("one image", batch: 1, channels: (16, 48), input: [12, 12], kernel: [3, 3]),
  ]
}

/// All three products by the definition, in float64: every term x · w · y of the trilinear form.
func products(
  _ c: ConvolutionCase, x: [Double], weight: [Double], y: [Double]
) -> (x: [Double], weight: [Double], y: [Double]) {
  var result = (
    x: [Double](repeating: 0, count: x.count),
    weight: [Double](repeating: 0, count: weight.count),
    y: [Double](repeating: 0, count: y.count)
  )
  let output = Array(c.y.lengths[2...])
  let perGroup = (
    input: c.inputChannels / c.geometry.groups,
    output: c.outputChannels / c.geometry.groups
  )
  let places = output.reduce(1, *)
  let taps = c.kernel.reduce(1, *)
  /// For each place of the output and tap of the kernel, the place of the input, or nil.
  var inputPlaces = [Int?](repeating: nil, count: places * taps)
  for place in 0..<places {
    for tap in 0..<taps {
      var (restOfPlace, restOfTap, step, found) = (place, tap, 1, Optional(0))
      for axis in output.indices.reversed() {
        let position =
          restOfPlace % output[axis] * c.geometry.stride[axis]
          + restOfTap % c.kernel[axis] * c.geometry.dilation[axis] - c.geometry.paddingLow[axis]
        restOfPlace /= output[axis]
        restOfTap /= c.kernel[axis]
        found = (0..<c.input[axis]).contains(position) ? found.map { $0 + position * step } : nil
        step *= c.input[axis]
      }
      inputPlaces[place * taps + tap] = found
    }
  }
  let inputPlaceCount = c.input.reduce(1, *)
  for n in 0..<c.batch {
    for o in 0..<c.outputChannels {
      for channel in 0..<perGroup.input {
        let i = o / perGroup.output * perGroup.input + channel
        for place in 0..<places {
          let yIndex = (n * c.outputChannels + o) * places + place
          for tap in 0..<taps {
            guard let inputPlace = inputPlaces[place * taps + tap] else { continue }
            let xIndex = (n * c.inputChannels + i) * inputPlaceCount + inputPlace
            let wIndex = (o * perGroup.input + channel) * taps + tap
            result.y[yIndex] += x[xIndex] * weight[wIndex]
            result.x[xIndex] += y[yIndex] * weight[wIndex]
            result.weight[wIndex] += x[xIndex] * y[yIndex]
          }
        }
      }
    }
  }
  return result
}

/// How activations lie in memory.
enum ActivationOrder: CaseIterable, Sendable {
  case rowMajor, channelsLast, offset, everySecond

  func layout(_ shape: Shape) -> Layout {
    let rowMajor = Layout.rowMajorStrides(shape)
    return switch self {
    case .rowMajor: Layout(contiguous: shape)
    case .channelsLast: Layout(channelsLast: shape)
    case .offset: Layout(shape: shape, strides: rowMajor, offset: 5)
    case .everySecond: Layout(shape: shape, strides: rowMajor.map { 2 * $0 })
    }
  }
}

/// The three results of `convolve`, with activations and results in the orders given.
private func convolve(
  _ c: ConvolutionCase, _ xOrder: ActivationOrder, _ yOrder: ActivationOrder,
  _ dataType: DataType = .float32
) -> (found: [[Double]], expected: [[Double]], terms: [Int]) {
  let backend = CPUBackend()
  let x = array(xOrder.layout(c.x), dataType, seed: 1)
  let weight = array(Layout(contiguous: c.weight), dataType, seed: 2)
  let y = array(yOrder.layout(c.y), dataType, seed: 3)
  let bias = array(Layout(contiguous: [c.outputChannels]), dataType, seed: 4)
  func result(_ shape: Shape, _ order: ActivationOrder) -> NDArray {
    NDArray(
      uninitialized: order == .channelsLast
        ? Layout(channelsLast: shape) : Layout(contiguous: shape), dataType)
  }
  let newY = result(c.y, yOrder)
  let newX = result(c.x, xOrder)
  let newWeight = result(c.weight, .rowMajor)
  backend.convolve(.forward, x, weight, bias: bias, geometry: c.geometry, into: newY)
  backend.convolve(.backwardInput, y, weight, bias: nil, geometry: c.geometry, into: newX)
  backend.convolve(.backwardWeight, x, y, bias: nil, geometry: c.geometry, into: newWeight)

  var expected = products(c, x: x.elements, weight: weight.elements, y: y.elements)
  let places = c.y[2...].reduce(1, *)
  let biases = bias.elements
  for index in expected.y.indices {
    expected.y[index] += biases[index / places % c.outputChannels]
  }
  let taps = c.kernel.reduce(1, *)
  return (
    [newY.elements, newX.elements, newWeight.elements], [expected.y, expected.x, expected.weight],
    [
      c.inputChannels / c.geometry.groups * taps, c.outputChannels / c.geometry.groups * taps,
      c.batch * places,
    ]
  )
}

@Suite(.onEveryProcessor) struct ProductsConvolveTests {
  @Test(arguments: ConvolutionCase.all, ActivationOrder.allCases)
  func threeProductsInOneOrder(_ c: ConvolutionCase, _ order: ActivationOrder) {
    let (found, expected, terms) = convolve(c, order, order)
    for product in 0..<3 {
      #expect(
        largestDifference(found[product], expected[product])
          <= tolerance(.float32, terms: terms[product]),
        "\(ConvolutionDirection.allCases[product])")
    }
  }

  @Test(arguments: ConvolutionCase.all)
  func threeProductsInMixedOrders(_ c: ConvolutionCase) {
    for (xOrder, yOrder) in [
      (ActivationOrder.rowMajor, ActivationOrder.channelsLast), (.channelsLast, .rowMajor),
    ] {
      let (found, expected, terms) = convolve(c, xOrder, yOrder)
      for product in 0..<3 {
        #expect(
          largestDifference(found[product], expected[product])
            <= tolerance(.float32, terms: terms[product]),
          "\(ConvolutionDirection.allCases[product])")
      }
    }
  }

  @Test(arguments: ConvolutionCase.all.prefix(8), [DataType.float16, .bfloat16, .float64])
  func otherElementTypes(_ c: ConvolutionCase, _ dataType: DataType) {
    let (found, expected, terms) = convolve(c, .channelsLast, .channelsLast, dataType)
    for product in 0..<3 {
      #expect(
        largestDifference(found[product], expected[product])
          <= tolerance(dataType, terms: terms[product]))
    }
  }

  @Test(arguments: ConvolutionCase.all, [ActivationOrder.rowMajor, .channelsLast])
  func sameBitsForEveryNumberOfThreads(_ c: ConvolutionCase, _ order: ActivationOrder) {
    let results = withThreadCounts { convolve(c, order, order).found }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}
