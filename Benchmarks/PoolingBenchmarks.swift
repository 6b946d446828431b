import Arrays
import CPUBackend
import Myelin

/// Poolings of channels-last images on all threads: they should run at the speed of memory.
enum PoolingBenchmarks {
  static func run() {
    var random = RandomSource(seed: 0)
    let backend = CPUBackend()
    let shape: Shape = [128, 64, 24, 24], small: Shape = [128, 64, 12, 12]
    let geometry = PoolingGeometry(
      window: [2, 2], stride: [2, 2], dilation: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0])
    let x = NDArray(uninitialized: Layout(channelsLast: shape), .float32)
    let y = NDArray(uninitialized: Layout(channelsLast: small), .float32)
    let places = NDArray(uninitialized: Layout(channelsLast: small), .int32)
    backend.copy(random.normal(shape).array, into: x)
    func report(_ name: String, indexed: Bool, _ body: () -> Void) {
      let bytes = Double((x.count + (indexed ? 2 : 1) * y.count) * MemoryLayout<Float>.stride)
      let timing = Timing(windows: 30, repetitions: 4, body)
      Benchmarks.report(
        "\(name) of \(shape)", "\(timing.description), \(Int(bytes / timing.seconds / 1e9)) GB/s")
    }
    report("largest of 2×2", indexed: true) {
      backend.pool(.maximum, x, geometry: geometry, indices: places, into: y)
    }
    report("its gradient", indexed: true) {
      backend.poolBackward(.maximum, y, indices: places, geometry: geometry, into: x)
    }
    report("average of 2×2", indexed: false) {
      backend.pool(.averageWithPadding, x, geometry: geometry, indices: nil, into: y)
    }
    report("its gradient", indexed: false) {
      backend.poolBackward(
        .averageWithPadding, y, indices: nil, geometry: geometry, into: x)
    }
    let bytes = Double(2 * x.count * MemoryLayout<Float>.stride)
    let copied = NDArray(uninitialized: x.layout, .float32)
    let timing = Timing(windows: 30, repetitions: 4) { backend.copy(x, into: copied) }
    Benchmarks.report(
      "copy of \(shape)", "\(timing.description), \(Int(bytes / timing.seconds / 1e9)) GB/s")
  }
}
