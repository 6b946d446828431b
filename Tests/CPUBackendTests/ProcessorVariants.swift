import CKernels
import CPUBackend
import Foundation
import Testing

/// Runs the test cases of a suite one at a time, since the instruction set, the library and the
/// number of threads belong to the whole process.
struct AloneInTheProcess: SuiteTrait, TestTrait, TestScoping {
  /// Whether to run each once for every instruction set that this processor has. Only where
  /// `MYELIN_EVERY_PROCESSOR` is set, as `make test` does in a run of these suites alone: other
  /// suites compare bits, which depend on the instruction set, in the same process.
  let onEveryProcessor: Bool

  private static let isAsked = ProcessInfo.processInfo.environment["MYELIN_EVERY_PROCESSOR"] != nil

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    await Turn.shared.take()
    let level = kernel_processor_level(), library = ProductLibrary.chosen
    do {
      let isEvery = onEveryProcessor && AloneInTheProcess.isAsked
      for variant in isEvery ? ProcessorVariant.all : [.usual] {
        kernel_processor_set_level(variant.level)
        ProductLibrary.chosen = variant.library
        try await function()
      }
    } catch {
      await Turn.shared.give(level, library)
      throw error
    }
    await Turn.shared.give(level, library)
  }
}

extension Trait where Self == AloneInTheProcess {
  /// One at a time.
  static var alone: AloneInTheProcess { AloneInTheProcess(onEveryProcessor: false) }
  /// One at a time, and once for each instruction set: the portable kernels, AVX2, AVX-512.
  static var onEveryProcessor: AloneInTheProcess { AloneInTheProcess(onEveryProcessor: true) }
}

/// An instruction set of the kernels, with the library that multiplies matrices.
private struct ProcessorVariant {
  let level: Int32
  let library: ProductLibrary

  static let usual = ProcessorVariant(
    level: kernel_processor_level(), library: ProductLibrary.chosen)

  /// This processor as it is, and each lower level, where the other library multiplies; that one
  /// runs in any case.
  static let all: [ProcessorVariant] = {
    let other: ProductLibrary = usual.library == .oneDNN ? .openBLAS : .oneDNN
    let lower = usual.level == 0 ? [0] : Array(0..<usual.level)
    return [usual] + lower.map { ProcessorVariant(level: $0, library: other) }
  }()
}

/// Whose turn it is.
private actor Turn {
  static let shared = Turn()

  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    if isTaken {
      await withCheckedContinuation { waiting.append($0) }
    } else {
      isTaken = true
    }
  }

  /// Puts the settings back first.
  func give(_ level: Int32, _ library: ProductLibrary) {
    kernel_processor_set_level(level)
    ProductLibrary.chosen = library
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
