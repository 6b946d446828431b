import Arrays
import CPUBackend
import Testing

/// Products asked for by several tasks at once: they share the team, the libraries and the plans
/// of convolutions.
@Suite(.onEveryProcessor) struct ProductsConcurrencyTests {
  private static func matmul() -> [Double] {
    let a = array(Layout(contiguous: [150, 200]), seed: 1)
    let b = array(Layout(contiguous: [200, 300]), seed: 2)
    let output = NDArray(uninitialized: Layout(contiguous: [150, 300]), .float32)
    CPUBackend().matmul(a, b, bias: nil, into: output)
    return output.elements
  }

  /// A size that no other test has used with this number, so that the plan is new to all tasks.
  private static func convolve(channels: Int) -> [Double] {
    let x = array(Layout(channelsLast: [9, channels, 14, 14]), seed: 1)
    let weight = array(Layout(contiguous: [24, channels, 3, 3]), seed: 2)
    let output = NDArray(uninitialized: Layout(channelsLast: [9, 24, 12, 12]), .float32)
    let geometry = ConvolutionGeometry(
      stride: [1, 1], dilation: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0], groups: 1)
    CPUBackend().convolve(.forward, x, weight, bias: nil, geometry: geometry, into: output)
    return output.elements
  }

  @Test(arguments: [17, 18, 19, 20])
  func sameBitsFromManyTasks(channels: Int) async {
    let results = await withTaskGroup(of: [[Double]].self) { group in
      for _ in 0..<4 {
        group.addTask { [Self.convolve(channels: channels), Self.matmul()] }
      }
      var results: [[[Double]]] = []
      for await result in group { results.append(result) }
      return results
    }
    let alone = [Self.convolve(channels: channels), Self.matmul()]
    #expect(results.allSatisfy { $0 == alone })
  }
}
