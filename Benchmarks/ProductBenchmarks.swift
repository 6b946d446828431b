import Arrays
import CBLAS
import COneDNN
import CPUBackend
import Myelin

/// Matrix products by library, on one thread (record 4), and through the backend on all.
enum ProductBenchmarks {
  private static let shapes = [
    (128, 784, 512), (512, 128, 784), (512, 2048, 2048), (128, 9216, 128), (1024, 1024, 1024),
  ]

  static func run() {
    var random = RandomSource(seed: 0)
    for (m, k, n) in shapes {
      let a = random.uniform([m, k]).array
      let b = random.uniform([k, n]).array
      let c = NDArray(uninitialized: Layout(contiguous: [m, n]), .float32)
      let name = "\(m)×\(k) · \(k)×\(n)"
      let operations = 2 * Double(m * k * n)
      func rate(_ body: () -> Void) -> String {
        let timing = Timing(windows: 15, repetitions: max(1, Int(2e8 / operations)), body)
        return "\(Int(operations / timing.seconds / 1e9)) GFLOP/s"
      }
      withExtendedLifetime((a, b, c)) {
        let (x, y, z) = (
          a.pointer(as: Float.self), b.pointer(as: Float.self), c.pointer(as: Float.self)
        )
        let (rows, depth, columns) = (Int64(m), Int64(k), Int64(n))
        report(
          "\(name), OpenBLAS, 1 thread",
          rate {
            blas_gemm_float32(
              0, 0, rows, columns, depth, x, depth, y, columns, 0, z, columns)
          })
        report(
          "\(name), oneDNN, 1 thread",
          rate {
            _ = onednn_gemm_float32(
              0, 0, rows, columns, depth, x, depth, y, columns, 0, z, columns)
          })
      }
      let (left, right) = (Tensor(a), Tensor(b))
      report("\(name), matmul, \(ThreadTeam.size) threads", rate { _ = matmul(left, right) })
    }
  }
}
