# Warnings and hardening for our own targets, as one interface library.
add_library(nat_compiler INTERFACE)
target_compile_options(nat_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror=return-type
  -ffunction-sections -fdata-sections)
target_link_options(nat_compiler INTERFACE -Wl,--gc-sections)
target_compile_definitions(nat_compiler INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_USE_STD_STRING_VIEW)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns falsely: about coroutine frames and inlined variants, and about string addition
  # (GCC bug 105651).
  target_compile_options(nat_compiler INTERFACE -fcoroutines -Wno-maybe-uninitialized
    -Wno-mismatched-new-delete -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(nat_compiler INTERFACE -Wno-unused-command-line-argument)
endif()
if(NAT_SANITIZE)
  target_compile_options(nat_compiler INTERFACE
    -fsanitize=${NAT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(NAT_SANITIZE MATCHES "undefined")
    # Half of the compile time for little: a null pointer that is used ends the program under
    # AddressSanitizer too, and this hardware reads unaligned.
    target_compile_options(nat_compiler INTERFACE -fno-sanitize=null,alignment)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # clang 14's function sanitizer breaks on coroutines.
    target_compile_options(nat_compiler INTERFACE -fno-sanitize=function)
  endif()
  target_link_options(nat_compiler INTERFACE -fsanitize=${NAT_SANITIZE})
endif()
if(NOT NAT_SANITIZE AND CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(nat_compiler INTERFACE _FORTIFY_SOURCE=2)
  target_compile_options(nat_compiler INTERFACE -fstack-protector-strong -fPIE)
  target_link_options(nat_compiler INTERFACE -pie -Wl,-z,relro,-z,now)
endif()

find_program(NAT_CCACHE ccache)
if(NAT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${NAT_CCACHE})
endif()
