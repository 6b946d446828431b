import Arrays
import Foundation
import Myelin

/// Half a gigabyte of weights to a file and back, beside copying them in memory; the file stays in
/// the system's cache.
enum SafeTensorsBenchmarks {
  static func run() {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).safetensors")
      .path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      try run(path)
    } catch {
      print("safetensors: \(error)")
    }
  }

  private static func run(_ path: String) throws {
    let matrix = Shape([2048, 2048])
    let tensors = Dictionary(
      uniqueKeysWithValues: (0..<30).map { ("\($0).weight", Tensor.full(matrix, Double($0))) })
    let byteCount = 30 * matrix.elementCount * 4
    func report(_ name: String, _ timing: Timing) {
      let rate = Double(byteCount) / timing.seconds / 1e8
      Benchmarks.report(
        "\(name) \(byteCount / 1_000_000) MB",
        "\(timing.description), \(Int(rate) / 10).\(Int(rate) % 10) GB/s")
    }
    let arrays = tensors.values.map(\.array)
    func copied() -> [NDArray] {
      arrays.map { array in
        let copy = NDArray(uninitialized: array.layout, .float32)
        copy.rawPointer.copyMemory(from: array.rawPointer, byteCount: array.count * 4)
        return copy
      }
    }
    try SafeTensors.write(tensors, to: path)
    let file = try SafeTensors(contentsOf: path)
    report("copying on one thread", Timing(windows: 5, repetitions: 1) { _ = copied() })
    report("reading", Timing(windows: 5, repetitions: 1) { _ = try? file.tensors() })
    report(
      "writing, with fsync",
      Timing(windows: 3, repetitions: 1) { try? SafeTensors.write(tensors, to: path) })
    let opening = Timing(windows: 5, repetitions: 10) { _ = try? SafeTensors(contentsOf: path) }
    Benchmarks.report("opening it", opening.description)
  }
}
