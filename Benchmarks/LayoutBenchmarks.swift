import Arrays
import CPUBackend
import Myelin

/// A convolution with its gradients in both layouts of images (record 5).
enum LayoutBenchmarks {
  static func run() {
    var random = RandomSource(seed: 0)
    let backend = CPUBackend()
    let geometry = ConvolutionGeometry(
      stride: [1, 1], dilation: [1, 1], paddingLow: [1, 1], paddingHigh: [1, 1], groups: 1)
    let input = random.normal([64, 16, 32, 32]).array
    let weight = random.normal([16, 16, 3, 3]).array
    let layouts = [
      ("row-major", Layout(contiguous: input.shape)),
      ("channels-last", Layout(channelsLast: input.shape)),
    ]
    for (name, layout) in layouts {
      let x = NDArray(uninitialized: layout, .float32)
      let y = NDArray(uninitialized: layout, .float32)
      let dx = NDArray(uninitialized: layout, .float32)
      let dw = NDArray(uninitialized: weight.layout, .float32)
      backend.copy(input, into: x)
      report(
        "3×3 convolution of [64, 16, 32, 32] and pullback, \(name)",
        Timing(windows: 20, repetitions: 3) {
          backend.convolve(.forward, x, weight, bias: nil, geometry: geometry, into: y)
          backend.convolve(.backwardInput, y, weight, bias: nil, geometry: geometry, into: dx)
          backend.convolve(.backwardWeight, x, y, bias: nil, geometry: geometry, into: dw)
        })
    }
  }
}
