import Arrays
import CPUBackend
import Myelin

/// The convolutions of two image models (record 21): rates of each direction by layout, on all
/// threads, and what hooks and one image cost.
enum ConvolutionBenchmarks {
  private struct Layer {
    let name: String
    let batch: Int
    let channels: (Int, Int)
    let side: Int
    let kernel: Int
    let stride: Int
    let padding: Int

    var outputSide: Int { (side + 2 * padding - kernel) / stride + 1 }

    func operations(batch: Int) -> Double {
      Double(2 * batch * channels.0 * channels.1 * kernel * kernel * outputSide * outputSide)
    }

    func description(
      _ direction: ConvolutionDirection, batch: Int, _ layout: ActivationLayout,
      _ form: WeightForm = .plain
    ) -> ConvolutionDescription {
      ConvolutionDescription(
        direction, x: [batch, channels.0, side, side],
        weight: [channels.1, channels.0, kernel, kernel],
        y: [batch, channels.1, outputSide, outputSide],
        geometry: ConvolutionGeometry(
          stride: [stride, stride], dilation: [1, 1], paddingLow: [padding, padding],
          paddingHigh: [padding, padding], groups: 1),
        xLayout: layout, yLayout: layout, weightForm: form)
    }
  }

  private static let layers = [
    Layer(
      name: "1→32, 28²", batch: 128, channels: (1, 32), side: 28, kernel: 3, stride: 1, padding: 0),
    Layer(
      name: "32→64, 26²", batch: 128, channels: (32, 64), side: 26, kernel: 3, stride: 1,
      padding: 0),
    Layer(
      name: "3→16, 32²", batch: 64, channels: (3, 16), side: 32, kernel: 3, stride: 1, padding: 1),
    Layer(
      name: "16→16, 32²", batch: 64, channels: (16, 16), side: 32, kernel: 3, stride: 1,
      padding: 1),
    Layer(
      name: "16→32, 32² by 2", batch: 64, channels: (16, 32), side: 32, kernel: 3, stride: 2,
      padding: 1),
    Layer(
      name: "16→32, 1×1 by 2", batch: 64, channels: (16, 32), side: 32, kernel: 1, stride: 2,
      padding: 0),
    Layer(
      name: "32→32, 16²", batch: 64, channels: (32, 32), side: 16, kernel: 3, stride: 1,
      padding: 1),
    Layer(
      name: "64→64, 8²", batch: 64, channels: (64, 64), side: 8, kernel: 3, stride: 1, padding: 1),
  ]

  static func run() {
    for layer in layers {
      for direction in ConvolutionDirection.allCases {
        for layout in ActivationLayout.allCases {
          measure(layer, direction, batch: layer.batch, layout, .plain)
        }
      }
      for batch in [1, 32] { measure(layer, .forward, batch: batch, .channelsLast, .prepared) }
    }
  }

  private static func measure(
    _ layer: Layer, _ direction: ConvolutionDirection, batch: Int, _ layout: ActivationLayout,
    _ form: WeightForm
  ) {
    let description = layer.description(direction, batch: batch, layout, form)
    guard let convolution = PreparedConvolution(description) else { return }
    var random = RandomSource(seed: 0)
    let x = random.normal(Shape(description.x)).array
    let y = random.normal(Shape(description.y)).array
    let weight = random.normal(Shape(description.weight)).array
    let prepared = Storage(byteCount: convolution.preparedWeightByteCount)
    let scratch = Storage(byteCount: convolution.scratchByteCount)
    convolution.arrange(weight: weight.pointer(as: Float.self), into: prepared.pointer)
    withExtendedLifetime((x, y, weight, prepared, scratch)) {
      let operands = ConvolutionOperands(
        x: x.rawPointer, weight: form == .plain ? weight.rawPointer : prepared.pointer,
        y: y.rawPointer)
      let operations = layer.operations(batch: batch)
      let timing = Timing(windows: 15, repetitions: max(1, Int(2e9 / operations))) {
        convolution.run(operands, scratch: scratch.pointer)
      }
      report(
        "\(layer.name), batch \(batch), \(direction), \(layout), \(form) weights",
        "\(timing.description), \(Int(operations / timing.seconds / 1e9)) GFLOP/s, "
          + "\(convolution.parts.count) parts")
    }
  }
}
