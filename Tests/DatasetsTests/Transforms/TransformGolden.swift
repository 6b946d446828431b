import Datasets
import Foundation
import Testing

/// What Pillow, torchvision, NumPy, librosa and scikit-learn make of small examples; see
/// Scripts/make_transform_golden.py.
struct TransformGolden: Decodable {
  static let shared: TransformGolden = {
    do {
      let url = try #require(
        Bundle.module.url(forResource: "transforms", withExtension: "json", subdirectory: "Golden"))
      return try JSONDecoder().decode(TransformGolden.self, from: Data(contentsOf: url))
    } catch {
      fatalError("the golden file cannot be read: \(error)")
    }
  }()

  struct Picture: Decodable {
    let height: Int
    let width: Int
    let channels: Int
    let pixels: String

    var image: Image {
      let digits = Array(pixels.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
      let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 16 + digits[$0 + 1] }
      return Image(height: height, width: width, channels: channels, pixels: bytes)
    }
  }

  struct Resizing: Decodable {
    struct Case: Decodable {
      let source: Int
      let interpolation: Interpolation
      let box: [Int]?
      let result: Picture
    }
    let sources: [Picture]
    let cases: [Case]
  }

  struct Moving: Decodable {
    struct Case: Decodable {
      let source: Int
      let interpolation: Interpolation
      let clockwise: Double
      let right: Double
      let down: Double
      let scale: Double
      let shear: Double
      let result: Picture
    }
    let sources: [Picture]
    let cases: [Case]
  }

  struct Coloring: Decodable {
    struct Case: Decodable {
      let source: Int
      let change: String
      let amount: Double
      let result: Picture
    }
    let sources: [Picture]
    let cases: [Case]
  }

  struct Cropping: Decodable {
    struct Case: Decodable {
      let kind: String
      let size: [Int]
      let result: Picture
    }
    let source: Picture
    let cases: [Case]
    let normalized: [Float]
  }

  struct Sounds: Decodable {
    struct Spectra: Decodable {
      let fftSize: Int
      let hop: Int
      let window: WindowFunction
      let windowLength: Int
      let power: Double
      let isCentered: Bool
      let values: [Float]
    }
    struct Bank: Decodable {
      let count: Int
      let frequencyCount: Int
      let lowest: Double
      let highest: Double?
      let scale: MelScale
      let hasUnitArea: Bool
      let values: [Float]
    }
    let signal: [Float]
    let spectrograms: [Spectra]
    let banks: [Bank]
    let mel: [Float]
    let decibels: [Float]
    let mfcc: [Float]
  }

  struct Tables: Decodable {
    let training: [Float]
    let holes: [Float?]
    let new: [Float]
    let standard: [Float]
    let minmax: [Float]
    let fill: [String: [Double]]
    let onehot: [Float]
  }

  struct Folds: Decodable {
    let labels: [Int]
    let groups: [Int]
    let folds: Int
    let stratified: [[Int]]
    let grouped: [Int]
    let stratifiedGrouped: [[Int]]
  }

  let resizing: Resizing
  let moving: Moving
  let coloring: Coloring
  let cropping: Cropping
  let sounds: Sounds
  let tables: Tables
  let folds: [Folds]
}

/// The most that two pictures differ in a byte, and in how many bytes they do; nil where their sizes
/// differ.
func difference(_ a: Image, _ b: Image) -> (largest: Int, count: Int)? {
  guard a.size == b.size, a.channels == b.channels else { return nil }
  let differences = zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }
  return (differences.max() ?? 0, differences.lazy.filter { $0 > 0 }.count)
}

/// The most that two lists of numbers differ; infinite where they are not equally long.
func largestDifference(_ a: [Float], _ b: [Float]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs(Double($0) - Double($1)) }.max() ?? 0
}
