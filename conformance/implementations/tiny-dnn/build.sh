# Builds both harnesses. Debian's headers of tiny-dnn name third_party/stb, and gemmlowp without its folder.
set -e
cd "$(dirname "$0")/.."
mkdir -p tiny-dnn/third_party
ln -sfn /usr/include/stb tiny-dnn/third_party/stb
options="-std=c++17 -O1 -I tiny-dnn -I /usr/include/gemmlowp -include tiny-dnn/network.hpp cpp/harness.cpp -lpthread"
c++ -o tiny-dnn/mse $options
c++ -o tiny-dnn/cross-entropy -DCROSS_ENTROPY $options
